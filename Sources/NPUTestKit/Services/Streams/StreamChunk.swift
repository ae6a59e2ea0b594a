/// What a stream of one kind of response is made of.
public protocol StreamChunk: Decodable, Sendable {
  /// The response in one document, which a server may give although a stream was asked for.
  associatedtype Whole: Decodable & Sendable

  /// Makes one chunk of a whole response.
  init(_ whole: Whole)
}
