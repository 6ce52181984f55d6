// Original file: proto/mailbox-store.proto


export interface DayRange {
  'from'?: (number);
  'before'?: (number);
  '_from'?: "from";
  '_before'?: "before";
}

export interface DayRange__Output {
  'from'?: (number);
  'before'?: (number);
  '_from'?: "from";
  '_before'?: "before";
}
