// Original file: proto/directory.proto


export interface DkimKey {
  'domain'?: (string);
  'selector'?: (string);
  'algorithm'?: (string);
  'state'?: (string);
  'recordName'?: (string);
  'recordText'?: (string);
  'createdAt'?: (number | string);
}

export interface DkimKey__Output {
  'domain': (string);
  'selector': (string);
  'algorithm': (string);
  'state': (string);
  'recordName': (string);
  'recordText': (string);
  'createdAt': (number);
}
