// What `node --test` tells, one line of JSON for each test, added to a file: unlike JUnit of
// Node 20 it names the file of each test. A test file that does not load is a test of its name.
import { appendFileSync } from 'node:fs';

const target = process.env.GAUGE_NODE_REPORT;

function line(type, data, said) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const why = [cause?.message ?? cause, cause?.stack, said.get(data.file ?? data.name)];
  return JSON.stringify({
    name: data.name,
    file: data.file ?? data.name,
    status: data.skip !== undefined || data.todo !== undefined ? 'skipped'
      : type === 'test:pass' ? 'passed' : 'failed',
    message: type === 'test:pass' ? '' : why.filter(Boolean).map(String).join('\n').slice(0, 4000),
    seconds: (data.details?.duration_ms ?? 0) / 1000,
  });
}

export default async function* report(source) {
  const said = new Map();
  appendFileSync(target, '');
  for await (const { type, data } of source) {
    if (type === 'test:stderr' && data.file) {
      said.set(data.file, ((said.get(data.file) ?? '') + data.message).slice(-3000));
    } else if ((type === 'test:pass' || type === 'test:fail') && data.details?.type !== 'suite') {
      appendFileSync(target, line(type, data, said) + '\n');
    }
  }
  yield '';
}
