import { Metadata, Server, ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import gossip, { type MemberInfo } from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_pb.js';
import gossipRpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/gossip_grpc_pb.js';
import features from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_pb.js';
import featuresRpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/serverfeatures_grpc_pb.js';
import streamsRpc from '@kurrent/kurrentdb-client/generated/kurrentdb/protocols/v1/streams_grpc_pb.js';
import { Faults } from './faults.js';
import { Log } from './log.js';
import { streamsService, type Seen } from './streams-service.js';

const HOST = '127.0.0.1';
/** One event of 16 MiB and what is around it, as a node takes. */
const MAX_MESSAGE_BYTES = 17 * 1024 * 1024;
/** At a time on one connection, as a node takes. */
const MOST_CALLS = 100;

export interface StandInOptions {
  /** Default 0: any free one. */
  readonly port?: number;
  /** Where the log is kept, a line for each append; without it in memory, where a restart keeps it too. */
  readonly file?: string;
  /** Whether it says that it knows `BatchAppend`; clients use `Append` else. Default true. */
  readonly batchAppend?: boolean;
}

/** A server that speaks as much of KurrentDB's protocol as an event store needs, for tests. One node, no TLS, nobody is asked who they are. */
export interface StandIn {
  /** Asks for quick attempts: the client waits for one before its first read. */
  readonly connectionString: string;
  readonly port: number;
  readonly log: Log;
  readonly faults: Faults;
  readonly seen: Readonly<Seen>;
  dropSubscriptions(): void;
  /** Breaks all connections, and answers on the same port again with the same log, or with another one. */
  restart(other?: Log): Promise<void>;
  stop(): Promise<void>;
}

export async function startStandIn(options: StandInOptions = {}): Promise<StandIn> {
  const { file, batchAppend = true } = options;
  const faults = new Faults();
  const seen: Seen = { appends: 0, batchAppends: 0, appendsForLeader: 0, reads: 0, subscriptions: 0, delivered: 0 };
  let log = new Log(file);
  let running = await listen(options.port ?? 0);
  const { port } = running;

  async function listen(onPort: number) {
    const streams = streamsService(log, faults, seen);
    const server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.max_concurrent_streams': MOST_CALLS,
      interceptors: [promptly],
    });
    server.addService(streamsRpc.StreamsService, { ...streams.service, delete: unknown, tombstone: unknown });
    server.addService(featuresRpc.ServerFeaturesService, {
      getSupportedMethods: (_call: unknown, answer: (error: null, methods: object) => void) =>
        answer(null, supported(batchAppend)),
    });
    server.addService(gossipRpc.GossipService, {
      read: (_call: unknown, answer: (error: null, cluster: object) => void) => answer(null, members()),
    });
    const bound = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${HOST}:${onPort}`, ServerCredentials.createInsecure(), (error, at) =>
        error ? reject(error) : resolve(at),
      );
    });
    return { server, port: bound, dropSubscriptions: streams.dropSubscriptions };
  }

  /** What this node knows of its cluster: itself, and its leader if that is another. */
  function members() {
    const { FOLLOWER, LEADER } = gossip.MemberInfo.VNodeState;
    const cluster = new gossip.ClusterInfo();
    cluster.addMembers(member(HOST, running.port, faults.leader ? FOLLOWER : LEADER));
    if (faults.leader) cluster.addMembers(member(faults.leader.host, faults.leader.port, LEADER));
    return cluster;
  }

  return {
    connectionString: `kurrentdb://${HOST}:${port}?tls=false&discoveryInterval=10`,
    port,
    get log() {
      return log;
    },
    faults,
    seen,
    dropSubscriptions: () => running.dropSubscriptions(),
    async restart(other) {
      running.server.forceShutdown();
      if (other || file !== undefined) log.close();
      if (other) log = other;
      else if (file !== undefined) log = new Log(file);
      running = await listen(port);
    },
    async stop() {
      running.server.forceShutdown();
      log.close();
    },
  };
}

/** Answers the head of a call at once: the native reader holds back the rest until it hears something, which would take the kernel 40 ms. */
const promptly: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start: (next) =>
      next({
        onReceiveMetadata(metadata, pass) {
          call.sendMetadata(new Metadata());
          pass(metadata);
        },
      }),
  });

function member(host: string, port: number, state: MemberInfo.VNodeState) {
  const endpoint = new gossip.EndPoint();
  endpoint.setAddress(host);
  endpoint.setPort(port);
  const info = new gossip.MemberInfo();
  info.setHttpEndPoint(endpoint);
  info.setState(state);
  info.setIsAlive(true);
  return info;
}

function supported(batchAppend: boolean) {
  const methods = new features.SupportedMethods();
  methods.setEventStoreServerVersion('26.0.0');
  if (batchAppend) {
    const method = new features.SupportedMethod();
    method.setServiceName('event_store.client.streams.streams');
    method.setMethodName('batchappend');
    methods.addMethods(method);
  }
  return methods;
}

/** Deleting is left out: nothing of ours deletes. */
const unknown = (_call: unknown, answer: (error: { code: number; details: string }) => void) =>
  answer({ code: 12, details: 'the stand-in does not delete' });
