internal import NPUBase

/// The tokens of a text.
public struct TokenizerResponse: Sendable, Hashable {
  /// How many tokens there are.
  public var count: Int
  /// Their identities; MindIE does not give them.
  public var tokenIDs: [Int]?
  /// Their texts, on request.
  public var tokenTexts: [String]?
  /// Most tokens that the model takes, from vLLM.
  public var maxModelLength: Int?

  /// Creates a response.
  public init(count: Int, tokenIDs: [Int]? = nil, tokenTexts: [String]? = nil, maxModelLength: Int? = nil) {
    self.count = count
    self.tokenIDs = tokenIDs
    self.tokenTexts = tokenTexts
    self.maxModelLength = maxModelLength
  }
}

extension TokenizerResponse: Decodable {
  /// Reads a response of any protocol; the count is that of the list where the server gives none.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: JSONKey.self)
    var tokenIDs = container.lenient("tokens", as: [Int].self)
    var texts = container.lenient("token_strs", as: [String].self)
    if tokenIDs == nil {
      if let pieces = container.lenient("tokens", as: [Piece].self) {
        tokenIDs = pieces.map(\.id)
        texts = pieces.map(\.text)
      } else {
        texts = texts ?? container.lenient("tokens", as: [String].self)
      }
    }
    guard let count = container.integer("count") ?? container.integer("token_number") ?? tokenIDs?.count else {
      throw DecodingError.keyNotFound(
        JSONKey("tokens"),
        .init(codingPath: decoder.codingPath, debugDescription: "neither a count nor a list of tokens"))
    }
    guard (0...Int(Int32.max)).contains(count) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "\(count) is no number of tokens"))
    }
    self.init(
      count: count, tokenIDs: tokenIDs, tokenTexts: texts, maxModelLength: container.integer("max_model_len"))
  }

  /// A token of llama-server with its text, or with its bytes where those are no text.
  private struct Piece: Decodable {
    var id: Int
    var text: String

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: JSONKey.self)
      id = try container.decode(Int.self, forKey: "id")
      if let bytes = container.lenient("piece", as: [UInt8].self) {
        text = String(decoding: bytes, as: UTF8.self)
      } else {
        text = container.text("piece") ?? ""
      }
    }
  }
}
