// What the page shows comes from its data; the dial is drawn by WebGL, the bar moves with time.
const lesson = await (await fetch("lesson.json")).json();
const at = (id) => document.getElementById(id);

at("title").textContent = lesson.title;
at("level").textContent = lesson.level;
for (const [place, colour] of lesson.lanes.entries()) {
  const lane = document.createElement("li");
  lane.textContent = `Lane ${place + 1}`;
  lane.style.background = colour;
  at("lanes").append(lane);
}

const gl = at("dial").getContext("webgl2", { preserveDrawingBuffer: true });
gl.enable(gl.SCISSOR_TEST);
gl.clearColor(0.2, 0.25, 0.4, 1);
gl.clear(gl.COLOR_BUFFER_BIT);
gl.scissor(0, 0, Math.round(160 * lesson.turn), 160);
gl.clearColor(0.9, 0.3, 0.25, 1);
gl.clear(gl.COLOR_BUFFER_BIT);

const begin = performance.now();
const step = () => {
  const share = Math.min(1, (performance.now() - begin) / 1000);
  at("done").style.width = `${Math.floor(share * 4) * 150}px`;
  if (share < 1) requestAnimationFrame(step);
};
step();
console.log(`lesson ready, ${lesson.lanes.length} lanes`);
