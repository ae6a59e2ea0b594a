enum GeneratedText { static func decode(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) } }
struct ErrorBody { let message: String; init(_ b: [UInt8]) { message = String(decoding: b, as: UTF8.self) } }
