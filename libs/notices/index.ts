export type { Channel } from './channels/channel.js';
export { configuredChannels, NoticeChannelError } from './channels/configured.js';
export { NOTICE_CLASSES, NOTICE_STATES } from './notice.js';
export { Notices, type NoticesParts } from './notices.js';
export type { Pace } from './pace.js';
export type { LoadView, NoticeFilter, NoticeView, OutboxStatus } from './queries.js';
export { loadAim } from './times.js';
