// The page's clock: it moves only when the driver says so, from timer to timer, and begins at the
// same date each time. Drawing goes by it too, not by when this machine has time for a frame, and
// chance is the same chance each time.
(() => {
  const EPOCH = Date.UTC(2026, 0, 1);
  const FRAME = 1000 / 60;
  const real = {
    Date,
    setTimeout: window.setTimeout.bind(window),
    requestAnimationFrame: window.requestAnimationFrame.bind(window),
  };

  const shared = () => {
    try {
      return window.parent !== window ? window.parent.__clock : undefined;
    } catch {
      return undefined; // a frame of another site keeps a clock of its own
    }
  };

  const make = () => {
    const timers = new Map();
    let now = 0;
    let last = 0;
    const add = (at, call, every) => {
      last += 1;
      timers.set(last, { id: last, at, call, every });
      return last;
    };
    const due = (goal) => {
      let first;
      for (const one of timers.values()) {
        if (one.at <= goal && (!first || one.at < first.at)) first = one;
      }
      return first;
    };
    const run = (timer) => {
      now = Math.max(now, timer.at);
      if (timer.every) timer.at = now + timer.every;
      else timers.delete(timer.id);
      try {
        timer.call();
      } catch (error) {
        real.setTimeout(() => {
          throw error; // as the browser would: uncaught, and nothing else ends with it
        }, 0);
      }
    };
    return {
      now: () => now,
      remove: (id) => timers.delete(id),
      after: (ms, call, every) => add(now + Math.max(1, Number(ms) || 0), call, every),
      frame: (draw) => add((Math.floor(now / FRAME + 1e-6) + 1) * FRAME, () => draw(now)),
      // Runs the next timer until `goal`; false when there is none, and it is `goal`.
      step: (goal) => {
        const timer = due(goal);
        if (timer) run(timer);
        else now = Math.max(now, goal);
        return Boolean(timer);
      },
      // Lets the page do what it has at hand: promises, messages, answers that have come.
      breathe: async () => {
        for (let turn = 0; turn < 3; turn += 1) {
          await new Promise((go) => real.setTimeout(go, 0));
        }
      },
      // Ends what CSS animates (or takes it back where it has no end), waits for fonts, pictures
      // and a frame.
      settle: async () => {
        for (const one of document.getAnimations()) {
          try {
            one.finish();
          } catch {
            one.cancel();
          }
        }
        const pictures = [...document.images].map((one) => one.decode().catch(() => 0));
        await Promise.all([document.fonts.ready, ...pictures]);
        const drawn = new Promise((go) => {
          real.requestAnimationFrame(() => real.requestAnimationFrame(go));
        });
        await Promise.race([drawn, new Promise((go) => real.setTimeout(go, 2000))]);
      },
    };
  };

  const clock = shared() ?? make();
  const called = (job, args) => (typeof job === "function" ? () => job(...args) : () => eval?.(job));
  Object.defineProperty(window, "__clock", { value: clock });
  window.setTimeout = (job, ms, ...args) => clock.after(ms, called(job, args));
  window.setInterval = (job, ms, ...args) =>
    clock.after(ms, called(job, args), Math.max(1, Number(ms) || 0));
  window.requestAnimationFrame = (draw) => clock.frame(draw);
  window.requestIdleCallback = (job) =>
    clock.after(1, () => job({ didTimeout: false, timeRemaining: () => 10 }));
  for (const name of ["Timeout", "Interval"]) window[`clear${name}`] = clock.remove;
  window.cancelAnimationFrame = clock.remove;
  window.cancelIdleCallback = clock.remove;
  let seed = 1;
  Math.random = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0; // a plain congruential generator
    return seed / 2 ** 32;
  };
  performance.now = () => clock.now();
  const today = () => Math.floor(EPOCH + clock.now());
  window.Date = new Proxy(real.Date, {
    construct: (type, args, by) =>
      Reflect.construct(type, args.length ? args : [today()], by === window.Date ? type : by),
    apply: () => new real.Date(today()).toString(),
    get: (type, name) => (name === "now" ? today : Reflect.get(type, name)),
  });
})();
