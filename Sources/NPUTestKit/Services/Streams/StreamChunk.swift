internal import NPUBase

/// What a stream of one kind of response is made of.
public protocol StreamChunk: Decodable, Sendable {
  /// The response in one document, which a server may give although a stream was asked for.
  associatedtype Whole: Decodable & Sendable

  /// The choices that the chunk is about, and whether it ends them.
  var progress: [(index: Int, isFinished: Bool)] { get }

  /// Makes one chunk of a whole response.
  init(_ whole: Whole)
}

/// The payload of one event: a chunk, an error of the server, or the null that some servers send to keep a connection open.
package enum StreamPayload<Chunk: StreamChunk>: Decodable {
  case chunk(Chunk)
  case error
  case null

  package init(from decoder: any Decoder) throws {
    if let value = try? decoder.singleValueContainer(), value.decodeNil() {
      self = .null
      return
    }
    let container = try decoder.container(keyedBy: JSONKey.self)
    func has(_ key: JSONKey) -> Bool { container.contains(key) && (try? container.decodeNil(forKey: key)) == false }
    if has("error") || container.lenient("object", as: String.self) == "error" {
      self = .error
    } else if !container.contains("choices"), has("detail") || has("error_msg") || has("error_code") {
      self = .error
    } else {
      self = .chunk(try Chunk(from: decoder))
    }
  }
}
