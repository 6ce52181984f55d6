// Original file: proto/directory.proto


export interface Empty {
}

export interface Empty__Output {
}
