// Original file: proto/delivery.proto


export interface Route {
  'destination'?: (string);
  'hosts'?: (string)[];
  'tls'?: (string);
  'legacyForm'?: (string);
  'connectionsMax'?: (number);
  'messagesPerConnectionMax'?: (number);
  'messagesPerMinuteMax'?: (number);
  'pool'?: (string);
  'user'?: (string);
  'password'?: (string);
}

export interface Route__Output {
  'destination': (string);
  'hosts': (string)[];
  'tls': (string);
  'legacyForm': (string);
  'connectionsMax': (number);
  'messagesPerConnectionMax': (number);
  'messagesPerMinuteMax': (number);
  'pool': (string);
  'user': (string);
  'password': (string);
}
