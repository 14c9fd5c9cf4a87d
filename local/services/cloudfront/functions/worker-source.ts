/**
 * The program of the thread that runs functions. A function gets a context without Node.js, timers, network and
 * code from strings, and its event as a text, so that no object of this thread reaches it.
 */
export const WORKER_SOURCE = `
const { parentPort, workerData } = require('node:worker_threads');
const vm = require('node:vm');
const contexts = new Map();

const PRELUDE = \`
  var console = { log: (...values) => void __lines.push(values.map(String).join(' ')) };
  var __lines = [];
  function require(name) { throw new Error('stepmill has no module ' + name + ' in functions'); }
\`;
const CALL = \`
  (async () => {
    __lines.length = 0;
    if (typeof handler !== 'function') throw new Error('the function has no handler');
    return JSON.stringify({ result: await handler(JSON.parse(__event)), lines: __lines.slice(0, 100) });
  })()
\`;

function contextOf(key, code) {
  const known = contexts.get(key);
  if (known !== undefined) return known;
  const context = vm.createContext(Object.create(null), {
    codeGeneration: { strings: false, wasm: false },
    microtaskMode: 'afterEvaluate',
  });
  const options = { timeout: workerData.timeoutMs };
  vm.runInContext(PRELUDE, context, options);
  vm.runInContext(code, context, { ...options, filename: 'function.js' });
  if (contexts.size > 50) contexts.clear();
  contexts.set(key, context);
  return context;
}

parentPort.on('message', ({ id, key, code, event }) => {
  let answer;
  try {
    const context = contextOf(key, code);
    context.__event = event;
    const promise = vm.runInContext(CALL, context, { timeout: workerData.timeoutMs });
    vm.runInContext('0', context);
    context.__promise = promise;
    context.__state = undefined;
    vm.runInContext(
      "__promise.then((value) => { __state = { value }; }, (error) => { __state = { error: String(error) }; })",
      context,
      { timeout: workerData.timeoutMs },
    );
    const state = context.__state;
    if (state === undefined) answer = { error: 'the function did not complete' };
    else if (state.error !== undefined) answer = { error: String(state.error) };
    else answer = { value: String(state.value) };
  } catch (error) {
    contexts.delete(key);
    answer = { error: String(error && error.message || error) };
  }
  parentPort.postMessage({ id, ...answer });
});
`;
