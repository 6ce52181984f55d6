// Original file: proto/directory.proto


export interface SendRates {
  'messagesPerHour'?: (number);
  'messagesPerDay'?: (number);
  'recipientsPerHour'?: (number);
  'recipientsPerDay'?: (number);
}

export interface SendRates__Output {
  'messagesPerHour': (number);
  'messagesPerDay': (number);
  'recipientsPerHour': (number);
  'recipientsPerDay': (number);
}
