/**
 * The Node.js runtime of a function: node node.mjs [--spare]
 *
 * Loads the handler, asks the Lambda Runtime API for invocations and answers them. It runs in its own process; its
 * settings are in the environment, as on AWS. A spare process reads its environment and folder from file descriptor 3
 * when it is needed, and ends when that is closed.
 */
import { existsSync } from 'node:fs';
import http from 'node:http';
import { createRequire, register } from 'node:module';
import net from 'node:net';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format, types } from 'node:util';

/** What most functions and the AWS SDK load, of Node.js itself. */
const LOADED_BY_SPARES = [
  'async_hooks',
  'buffer',
  'child_process',
  'crypto',
  'dns',
  'http2',
  'https',
  'os',
  'perf_hooks',
  'stream',
  'tls',
  'zlib',
];

if (process.argv[2] === '--spare') await becomeNeeded();

/** Waits until this spare process is assigned to a function; ends it if it never is. */
async function becomeNeeded() {
  const require = createRequire(import.meta.url);
  for (const name of LOADED_BY_SPARES) require(`node:${name}`);
  const input = new net.Socket({ fd: 3, readable: true });
  const chunks = [];
  for await (const chunk of input) chunks.push(chunk);
  if (chunks.length === 0) process.exit();
  const { environment, folder } = JSON.parse(Buffer.concat(chunks).toString());
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, environment);
  process.chdir(folder);
  process.argv.splice(2);
}

const api = process.env.AWS_LAMBDA_RUNTIME_API ?? '';
const [host, port] = api.split(':');
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
const jsonLogs = process.env.AWS_LAMBDA_LOG_FORMAT === 'JSON';
const LEVELS = ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'];
const leastLevel = Math.max(0, LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? ''));
let requestId = '';

/** Ends this process when the runtime that started it is gone. */
const leave = () => process.exit(1);

process.stdout.on('error', leave);
process.stderr.on('error', leave);

function call(method, path, body, headers = {}) {
  return new Promise((fulfil) => {
    const request = http.request({
      host,
      port,
      path: `/2018-06-01/runtime/${path}`,
      method,
      agent,
      headers,
    });
    request.on('error', leave);
    request.on('response', (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', leave);
      response.on('end', () => fulfil({ headers: response.headers, body: Buffer.concat(chunks) }));
    });
    request.end(body);
  });
}

/**
 * Sends responses of custom resources to their port. CloudFormation's address has the default port of HTTPS, and
 * many handlers send to that port whatever the URL says.
 */
function redirectResponses(address) {
  const [host, port] = address.split(':');
  const connect = Reflect.get(net.Socket.prototype, 'connect');
  net.Socket.prototype.connect = function (...args) {
    const [target] = args;
    const isDefault = target?.host === host && Number(target.port) === 443;
    return isDefault
      ? connect.call(this, { ...target, port }, ...args.slice(1))
      : connect.apply(this, args);
  };
}

if (process.env.STEPMILL_RESPONSES) redirectResponses(process.env.STEPMILL_RESPONSES);

/** Marks one call as one log event, even if it has several lines. */
function writeLog(stream, level, values) {
  if (LEVELS.indexOf(level) < leastLevel) return;
  const timestamp = new Date().toISOString();
  const line = jsonLogs
    ? JSON.stringify({
        timestamp,
        level,
        requestId,
        message: values.length === 1 ? values[0] : format(...values),
      })
    : `${timestamp}\t${requestId}\t${level}\t${format(...values)}`;
  stream.write(`${line.replaceAll('\n', '\r')}\n`);
}

for (const [name, level, stream] of [
  ['trace', 'TRACE', process.stdout],
  ['debug', 'DEBUG', process.stdout],
  ['log', 'INFO', process.stdout],
  ['info', 'INFO', process.stdout],
  ['warn', 'WARN', process.stderr],
  ['error', 'ERROR', process.stderr],
]) {
  console[name] = (...values) => writeLog(stream, level, values);
}

/** Marks the end of the output of an invocation. */
function markEnd() {
  process.stdout.write(`\u0000stepmill ${requestId}\n`);
  process.stderr.write(`\u0000stepmill ${requestId}\n`);
}

function describe(error) {
  if (
    types.isNativeError(error) ||
    (error instanceof Object && 'message' in error && 'stack' in error)
  ) {
    return {
      errorType: String(error.name),
      errorMessage: String(error.message),
      trace: String(error.stack).split('\n'),
    };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

/** Says where the layers are, if an error names their path on AWS. */
function explainOpt(message) {
  const layers = process.env.STEPMILL_LAYERS;
  if (layers === undefined || !message.includes('/opt/')) return;
  console.warn(
    `The layers of this function are in ${layers} on this machine, which is the value of STEPMILL_LAYERS; ` +
      'nothing of them is in /opt. PATH, LD_LIBRARY_PATH and NODE_PATH lead to them.',
  );
}

function logError(title, error) {
  const { errorType, errorMessage, trace } = describe(error);
  explainOpt(errorMessage);
  const details = { errorType, errorMessage, ...(error instanceof Object && error), stack: trace };
  writeLog(
    process.stderr,
    'ERROR',
    jsonLogs ? [details] : [`${title}\t${JSON.stringify(details)}`],
  );
}

class RuntimeError extends Error {
  constructor(name, message, cause) {
    super(message, { cause });
    this.name = name;
  }
}

async function loadHandler() {
  const root = process.env.LAMBDA_TASK_ROOT ?? process.cwd();
  const named = process.env._HANDLER ?? '';
  const [, moduleName, ...exported] = /^([^.]*)\.(.*)$/.exec(basename(named)) ?? [];
  if (moduleName === undefined) {
    throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler ${named}`);
  }
  const path = resolve(root, dirname(named), moduleName);
  const file = ['', '.js', '.mjs', '.cjs']
    .map((end) => path + end)
    .find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new RuntimeError(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${join(dirname(named), moduleName)}'`,
    );
  }
  const module = await load(file);
  const handler = exported
    .join('.')
    .split('.')
    .reduce((value, key) => value?.[key], module);
  if (typeof handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${named} is undefined or not exported`);
  }
  return handler;
}

/**
 * Lets ES modules import packages from NODE_PATH, which Node.js itself does for CommonJS only.
 * https://aws.amazon.com/blogs/compute/node-js-18-x-runtime-now-available-in-aws-lambda/
 */
const NODE_PATH_HOOK = `
const parents = (process.env.NODE_PATH ?? '').split(':').filter((path) => path.endsWith('/node_modules'));
export async function resolve(specifier, context, next) {
  try {
    return await next(specifier, context);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^(?:[./]|file:)/.test(specifier)) throw error;
    for (const path of parents) {
      const parentURL = new URL('layer.mjs', 'file://' + path.slice(0, -'node_modules'.length)).href;
      const found = await next(specifier, { ...context, parentURL }).catch(() => undefined);
      if (found !== undefined) return found;
    }
    throw error;
  }
}`;

if (process.env.STEPMILL_LAYERS !== undefined) {
  register(`data:text/javascript,${encodeURIComponent(NODE_PATH_HOOK)}`);
}

async function load(file) {
  try {
    if (file.endsWith('.mjs')) return await import(pathToFileURL(file).href);
    try {
      return createRequire(file)(file);
    } catch (error) {
      const isModule =
        error?.code === 'ERR_REQUIRE_ESM' ||
        /import statement outside|Unexpected token 'export'/.test(String(error?.message));
      if (!isModule) throw error;
      return await import(pathToFileURL(file).href);
    }
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error);
    }
    if (error instanceof Error && /^(?:ERR_)?MODULE_NOT_FOUND$/.test(error.code)) {
      throw new RuntimeError('Runtime.ImportModuleError', `Error: ${error.message}`, error);
    }
    throw error;
  }
}

function contextOf(headers, finish) {
  const deadline = Number(headers['lambda-runtime-deadline-ms']);
  const optional = (header) =>
    headers[header] === undefined ? undefined : JSON.parse(headers[header]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    awsRequestId: requestId,
    clientContext: optional('lambda-runtime-client-context'),
    identity: optional('lambda-runtime-cognito-identity'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
    done: (error, result) => finish(error, result),
    succeed: (result) => finish(null, result),
    fail: (error) => finish(error ?? new Error('null')),
  };
}

/** Runs the handler, which may return a promise or call back. */
function run(handler, event, headers) {
  return new Promise((fulfil, reject) => {
    let context;
    const settle = (error, result) => {
      if (error === null || error === undefined) fulfil(result);
      else reject(error);
    };
    const finish = (error, result) => settle(error, result);
    const callback = (error, result) => {
      if (error !== null && error !== undefined) settle(error);
      else if (context.callbackWaitsForEmptyEventLoop)
        process.once('beforeExit', () => fulfil(result));
      else fulfil(result);
    };
    context = contextOf(headers, finish);
    const returned = handler(event, context, callback);
    if (typeof returned?.then === 'function') returned.then(fulfil, reject);
    else if (handler.length < 3) {
      // A handler that neither returns a promise nor takes a callback has no answer.
      process.once('beforeExit', () => fulfil(null));
    }
  });
}

async function sendError(path, error) {
  const described = describe(error);
  await call('POST', path, JSON.stringify(described), {
    'content-type': 'application/json',
    'lambda-runtime-function-error-type': described.errorType,
  });
}

for (const [event, name] of [
  ['uncaughtException', 'Uncaught Exception'],
  ['unhandledRejection', 'Unhandled Promise Rejection'],
]) {
  process.on(event, async (reason) => {
    const error =
      event === 'unhandledRejection'
        ? new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason), reason)
        : reason;
    logError(name, error);
    markEnd();
    await sendError(requestId === '' ? 'init/error' : `invocation/${requestId}/error`, error);
    process.exit(event === 'unhandledRejection' ? 128 : 129);
  });
}

async function main() {
  let handler;
  try {
    handler = await loadHandler();
  } catch (error) {
    logError('Uncaught Exception', error);
    markEnd();
    await sendError('init/error', error);
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await call('GET', 'invocation/next');
    requestId = headers['lambda-runtime-aws-request-id'];
    process.env._X_AMZN_TRACE_ID = headers['lambda-runtime-trace-id'];
    try {
      const result = await run(handler, JSON.parse(body.toString()), headers);
      const answer = JSON.stringify(result === undefined ? null : result);
      markEnd();
      await call('POST', `invocation/${requestId}/response`, answer);
    } catch (error) {
      logError('Invoke Error', error);
      markEnd();
      await sendError(`invocation/${requestId}/error`, error);
    }
  }
}

await main();
