interface OfStream {
  readonly streamId: string;
}

/** A stream is named `<category>-<id>`; the category holds no hyphen. */
export const categoryOf = ({ streamId }: OfStream): string => streamId.slice(0, streamId.indexOf('-'));
export const idOf = ({ streamId }: OfStream): string => streamId.slice(streamId.indexOf('-') + 1);
