/**
 * Elastic Load Balancing on one machine: Application Load Balancers.
 *
 * Here: load balancers, target groups of type `ip` over HTTP/1.1, listeners, and rules with all conditions but `source-ip`,
 * weighted forwards, redirects and fixed responses. A listener is an HTTP server of this machine that forwards to healthy
 * targets, round robin or to the one with the fewest requests; 502, 503 and 504 as AWS answers them, idle timeouts, health
 * checks, deregistration delays, requests to unhealthy targets if none is healthy; the metrics of `AWS/ApplicationELB`
 * by load balancer and target group.
 *
 * Missing, and answered as missing by name: Network and Gateway Load Balancers, target groups of instances, functions and
 * load balancers, HTTP/2 and gRPC to targets, authentication, stickiness, slow start, transforms, logs in S3, trust stores.
 *
 * Different by design: the runtime chooses the port of a listener and keeps it over restarts as long as it is free; `DNSName` is
 * `127.0.0.1:<port>` of the first listener. HTTPS listeners name their certificates and speak plain HTTP. Targets are loopback
 * addresses. Weights are kept exactly, where AWS deals at random. The timeouts of requests and health checks are counted in real
 * time, intervals and deregistration delays on the clock; until a target has been healthy once, it is asked every half second.
 * A load balancer is active at once. Security groups and subnets have no effect.
 *
 * Behaviour from: the guide for Application Load Balancers and the API reference.
 */
export { createElasticLoadBalancingV2Service } from './service.ts';
