import { Agent, type IncomingMessage } from 'node:http';
import type { Action, RedirectActionConfig } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Cloud } from '../../../cloud/cloud.ts';
import { headerOf, type WebHeader } from '../../../cloud/web.ts';
import { WeightedTurns } from '../../../cloud/weighted-turns.ts';
import { secondsOf } from '../attributes.ts';
import { MAX_FORWARDED_ADDRESSES } from '../limits.ts';
import type {
  BalancerStore,
  ListenerRecord,
  LoadBalancerRecord,
  TargetGroupRecord,
  TargetRecord,
} from '../store.ts';
import { type BalancedRequest, type BalancedResponse, errorPage } from './exchange.ts';
import { headersForTarget, withoutHopByHop } from './forwarded-headers.ts';
import { meets } from './match-rule.ts';
import { recordRequest } from './request-metrics.ts';
import type { TargetHealths } from './target-healths.ts';
import { askTarget, NoAnswer } from './target-request.ts';

/** The requests that a target has, and what ends them. */
interface Load {
  outstanding: number;
  readonly agent: Agent;
  readonly ending: AbortController;
}

/** Sockets to one target that wait for the next request. */
const MAX_FREE_SOCKETS = 64;

/** Answers the requests of all listeners. */
export class Balancer {
  readonly #cloud: Cloud;
  readonly #store: BalancerStore;
  readonly #healths: TargetHealths;
  readonly #turns = new Map<string, WeightedTurns>();
  readonly #nextTarget = new Map<string, number>();
  readonly #loads = new Map<string, Load>();

  constructor(cloud: Cloud, store: BalancerStore, healths: TargetHealths) {
    this.#cloud = cloud;
    this.#store = store;
    this.#healths = healths;
    healths.onRemoved = (target) => this.#release(target);
  }

  /** Ends the connections to all targets. */
  stop(): void {
    for (const load of this.#loads.values()) endLoad(load);
    this.#loads.clear();
  }

  /** Answers one request; never rejects. */
  async answer(listenerArn: string, request: BalancedRequest): Promise<BalancedResponse> {
    const listener = this.#store.listeners.get(listenerArn);
    const balancer = this.#store.loadBalancers.get(listener?.loadBalancerArn ?? '');
    if (listener === undefined || balancer === undefined) return errorPage(503);
    if (addressCount(request) > MAX_FORWARDED_ADDRESSES) {
      return this.#own(balancer, errorPage(TOO_MANY_ADDRESSES));
    }
    const { key, action } = this.#actionFor(listener, request);
    switch (action?.Type) {
      case 'forward':
        return this.#forward({ balancer, listener, request }, key, action);
      case 'fixed-response':
        return this.#own(balancer, fixedResponse(action));
      case 'redirect':
        return this.#own(balancer, redirect(listener, request, action));
      default:
        return this.#own(balancer, errorPage(503));
    }
  }

  /** The action of the first rule that a request meets, with the ARN whose weights it uses. */
  #actionFor(listener: ListenerRecord, request: BalancedRequest) {
    const rule = this.#store.rulesOf(listener.arn).find((one) => meets(one, request));
    const actions = rule?.actions ?? listener.defaultActions;
    return { key: rule?.arn ?? listener.arn, action: actions.at(-1) };
  }

  #own({ arn }: LoadBalancerRecord, response: BalancedResponse): BalancedResponse {
    recordRequest(this.#cloud, { loadBalancerArn: arn, status: response.status, isOwn: true });
    return response;
  }

  async #forward(place: Place, key: string, action: Action): Promise<BalancedResponse> {
    const group = this.#chooseGroup(key, action);
    const target = group === undefined ? undefined : this.#chooseTarget(group);
    const facts = {
      loadBalancerArn: place.balancer.arn,
      targetGroupArn: group?.arn,
      healthyTargets: group === undefined ? 0 : this.#healths.healthyCount(group),
    };
    // Not among the requests that are counted: no target was chosen.
    if (group === undefined || target === undefined) {
      return this.#own(place.balancer, errorPage(503));
    }
    const startedAt = performance.now();
    try {
      const message = await this.#ask(place, target);
      const status = message.statusCode ?? 0;
      const targetSeconds = (performance.now() - startedAt) / 1_000;
      recordRequest(this.#cloud, { ...facts, status, isOwn: false, targetSeconds });
      return { status, headers: withoutHopByHop(headersOf(message)), body: message };
    } catch (error) {
      if (!(error instanceof NoAnswer)) throw error;
      const { connectionFailed, status } = error;
      // A client that hung up counts as its own error, not as the target's.
      const counted = place.request.signal.aborted ? CLIENT_CLOSED : status;
      recordRequest(this.#cloud, { ...facts, status: counted, isOwn: true, connectionFailed });
      return errorPage(status);
    }
  }

  async #ask(
    { balancer, listener, request }: Place,
    target: TargetRecord,
  ): Promise<IncomingMessage> {
    if (this.#mayLoop(balancer, target)) throw new NoAnswer(502, true);
    const load = this.#loadOf(target);
    load.outstanding += 1;
    let isOver = false;
    const over = () => {
      if (!isOver) load.outstanding -= 1;
      isOver = true;
    };
    try {
      const message = await askTarget(target, request, {
        agent: load.agent,
        headers: headersForTarget(this.#cloud, balancer, listener, request),
        idleTimeoutMs: secondsOf(balancer.attributes, 'idle_timeout.timeout_seconds'),
        signal: load.ending.signal,
      });
      message.once('close', over);
      return message;
    } catch (error) {
      over();
      throw error;
    }
  }

  /** A request that comes back is noticed by its addresses alone, so it only goes to a listener with them. */
  #mayLoop({ attributes }: LoadBalancerRecord, { port }: TargetRecord): boolean {
    if (attributes['routing.http.xff_header_processing.mode'] === 'append') return false;
    return this.#store.listenersOf().some(({ localPort }) => localPort === port);
  }

  #chooseGroup(key: string, { ForwardConfig }: Action): TargetGroupRecord | undefined {
    const groups = ForwardConfig?.TargetGroups ?? [];
    let turns = this.#turns.get(key);
    if (turns === undefined) this.#turns.set(key, (turns = new WeightedTurns()));
    const index = turns.next(groups.map(({ Weight = 1 }) => Weight));
    return this.#store.targetGroups.get(groups[index]?.TargetGroupArn ?? '');
  }

  #chooseTarget(group: TargetGroupRecord): TargetRecord | undefined {
    const candidates = this.#healths.candidates(group);
    if (group.attributes['load_balancing.algorithm.type'] === 'least_outstanding_requests') {
      const loads = candidates.map((target) => this.#loads.get(keyOf(target))?.outstanding ?? 0);
      return candidates[loads.indexOf(Math.min(...loads))];
    }
    const turn = this.#nextTarget.get(group.arn) ?? 0;
    this.#nextTarget.set(group.arn, turn + 1);
    return candidates[turn % candidates.length];
  }

  #loadOf(target: TargetRecord): Load {
    const key = keyOf(target);
    let load = this.#loads.get(key);
    if (load === undefined) {
      const agent = new Agent({ keepAlive: true, maxFreeSockets: MAX_FREE_SOCKETS });
      load = { outstanding: 0, agent, ending: new AbortController() };
      this.#loads.set(key, load);
    }
    return load;
  }

  #release(target: TargetRecord): void {
    const load = this.#loads.get(keyOf(target));
    if (load !== undefined) endLoad(load);
    this.#loads.delete(keyOf(target));
  }
}

interface Place {
  readonly balancer: LoadBalancerRecord;
  readonly listener: ListenerRecord;
  readonly request: BalancedRequest;
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html#http-460-issues */
const CLIENT_CLOSED = 460;

const TOO_MANY_ADDRESSES = 463;

function addressCount(request: BalancedRequest): number {
  return headerOf(request, 'x-forwarded-for')?.split(',').length ?? 0;
}

function endLoad({ agent, ending }: Load): void {
  ending.abort();
  agent.destroy();
}

function keyOf({ id, port }: TargetRecord): string {
  return `${id}:${port}`;
}

function headersOf({ rawHeaders }: IncomingMessage): readonly WebHeader[] {
  const headers: WebHeader[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers.push([(rawHeaders[index] ?? '').toLowerCase(), rawHeaders[index + 1] ?? '']);
  }
  return headers;
}

function fixedResponse({ FixedResponseConfig: config }: Action): BalancedResponse {
  const { ContentType = 'text/plain', MessageBody = '', StatusCode = '503' } = config ?? {};
  return {
    status: Number(StatusCode),
    headers: [
      ['server', 'awselb/2.0'],
      ['content-type', `${ContentType}; charset=utf-8`],
    ],
    body: MessageBody,
  };
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html */
function redirect(
  { localPort, protocol }: ListenerRecord,
  request: BalancedRequest,
  { RedirectConfig }: Action,
): BalancedResponse {
  const config: Partial<RedirectActionConfig> = RedirectConfig ?? {};
  const [path = '/', query = ''] = request.url.split(/\?(.*)/s, 2);
  const known: Readonly<Record<string, string>> = {
    host: (headerOf(request, 'host') ?? '').replace(/:\d+$/, ''),
    path: path.slice(1),
    port: String(localPort),
    protocol,
    query,
  };
  const fill = (text: string) =>
    text.replaceAll(
      /#\{(host|path|port|protocol|query)\}/g,
      (_all, name: string) => known[name] ?? '',
    );
  const scheme = fill(config.Protocol ?? '#{protocol}').toLowerCase();
  const rest = fill(config.Query ?? '#{query}');
  const location = `${scheme}://${fill(config.Host ?? '#{host}')}:${fill(config.Port ?? '#{port}')}${fill(config.Path ?? '/#{path}')}${rest === '' ? '' : `?${rest}`}`;
  return {
    ...errorPage(config.StatusCode === 'HTTP_301' ? 301 : 302),
    headers: [
      ['server', 'awselb/2.0'],
      ['location', location],
    ],
    body: '',
  };
}
