// Original file: proto/directory.proto


export interface SigningKey {
  'selector'?: (string);
  'algorithm'?: (string);
  'privateKey'?: (string);
}

export interface SigningKey__Output {
  'selector': (string);
  'algorithm': (string);
  'privateKey': (string);
}
