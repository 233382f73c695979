import type { Connector, SendTo } from '../contract';
import { type CallOptions, callPlatform } from './call';

/** How an auth scheme reaches its platform: one call at a time, under no quota, with the same error rules. */
export function createSendTo(connector: Connector, options: CallOptions = {}): SendTo {
  return (access, request) => callPlatform(connector, access, request, options);
}
