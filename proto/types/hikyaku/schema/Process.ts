// Original file: proto/schema.proto


export interface Process {
  'host'?: (string);
  'release'?: (string);
  'knows'?: (number);
  'sees'?: (number);
}

export interface Process__Output {
  'host': (string);
  'release': (string);
  'knows': (number);
  'sees': (number);
}
