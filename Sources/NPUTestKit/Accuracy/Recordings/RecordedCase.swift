public import NPUBase
internal import NPUDigest
internal import NPUServices
internal import NPUTransport

/// One case of a recording, a line of `cases.jsonl`: what was asked, and what the service said.
public struct RecordedCase: Sendable, Hashable, Codable {
  /// The identity of the case.
  public var id: String
  /// How often the case had been asked before, from 0.
  public var repetition: Int
  /// How many requests were under way at a time, which is no part of what is asked; nil where each was alone.
  public var concurrency: Int?
  /// What this case asks beyond the parameters of the manifest; media are named by their digest.
  public var request: JSONValue
  /// What the service said.
  public var response: RecordedResponse
  /// The SHA-256 of what was asked: identity, request, parameters and model, in hexadecimal digits.
  public var digest: String

  /// Records a case.
  ///
  /// - Parameters:
  ///   - id: The identity of the case.
  ///   - repetition: How often it had been asked before, from 0.
  ///   - concurrency: How many requests were under way at a time; nil where each was alone.
  ///   - request: What it asks beyond the parameters.
  ///   - response: What the service said.
  ///   - manifest: The parameters and the model.
  public init(
    id: String, repetition: Int = 0, concurrency: Int? = nil, request: JSONValue, response: RecordedResponse,
    in manifest: RecordingManifest
  ) {
    self.id = id
    self.repetition = repetition
    self.concurrency = concurrency
    self.request = request
    self.response = response
    digest = Self.digest(id: id, request: request, in: manifest)
  }

  /// The digest of what is asked.
  ///
  /// - Definition: SHA-256 over `{"id":…,"model":…,"parameters":…,"request":…}` with keys in the order of their bytes,
  ///   no white space, and no point in whole numbers.
  /// - Returns: 64 hexadecimal digits.
  public static func digest(id: String, request: JSONValue, in manifest: RecordingManifest) -> String {
    let asked: JSONValue = [
      "id": .string(id), "model": manifest.model.map { .string($0) } ?? .null, "parameters": manifest.parameters,
      "request": request,
    ]
    return ContentDigest.text(of: Array(CanonicalJSON.text(of: asked).utf8))
  }
}

/// What a service said to one case.
public struct RecordedResponse: Sendable, Hashable, Codable {
  /// The text.
  public var text: String?
  /// Why it ended, in the words of the service.
  public var finishReason: String?
  /// How many tokens it has, as the service counts them.
  public var outputTokens: Int?
  /// Its tokens with their log-probabilities, where they were asked for.
  public var tokens: [RecordedToken]?
  /// The file with the image or the sound, below the folder of the recording.
  public var file: String?
  /// The SHA-256 of the file, in hexadecimal digits.
  public var fileDigest: String?
  /// Why there is no response: kind and message; nothing else need be there then.
  public var error: String?
  /// How long the service took.
  public var seconds: Double?

  private enum CodingKeys: String, CodingKey {
    case text
    case finishReason = "finish_reason"
    case outputTokens = "output_tokens"
    case tokens
    case file
    case fileDigest = "file_sha256"
    case error
    case seconds
  }

  /// Creates a response.
  public init(
    text: String? = nil, finishReason: String? = nil, outputTokens: Int? = nil, tokens: [RecordedToken]? = nil,
    error: String? = nil, seconds: Double? = nil
  ) {
    self.text = text
    self.finishReason = finishReason
    self.outputTokens = outputTokens
    self.tokens = tokens
    self.error = error
    self.seconds = seconds
  }
}

extension RecordedResponse {
  /// Whether what failed says nothing of the case: the connection, a server that is overloaded or gone, a model that is
  /// not there, a key that is not valid.
  ///
  /// Such a response is not worth keeping; asked again the service may respond.
  public var failedInPassing: Bool {
    if let status { return Self.passingStatuses.contains(status) || status >= 500 }
    guard let kind else { return false }
    return Self.passingFaults.contains(kind)
      || TransportError.Kind(rawValue: kind).map { !Self.lastingFaults.contains($0) } ?? false
  }

  /// Whether the service refuses whoever asks, so that it says the same to every other case.
  public var deniesAccess: Bool { status == 401 || status == 403 }

  /// The kind of the error; nil without one.
  private var kind: String? { error.map { String($0.prefix { $0 != ":" }) } }

  /// The HTTP status of the error, where it has one.
  private var status: Int? {
    guard let kind, kind.hasPrefix("http_") else { return nil }
    return Int(kind.dropFirst(5))
  }

  private static let passingStatuses: Set = [401, 402, 403, 404, 407, 408, 425, 429]

  /// Faults of a response that a server breaks off.
  private static let passingFaults: Set = Set(
    [ServiceError.Kind.transport, .truncatedStream, .rawTextError, .errorEvent, .failedFinish].map(\.rawValue))

  /// Faults of the exchange that the case itself has.
  private static let lastingFaults: Set<TransportError.Kind> = [
    .invalidRequest, .bodyTooLarge, .headerTooLarge, .tooManyRedirects,
  ]
}

/// One token of a recorded response.
public struct RecordedToken: Sendable, Hashable, Codable {
  /// The text of the token.
  public var token: String
  /// The natural logarithm of its probability; nil where the service gives none.
  public var logprob: Double?
  /// The likeliest tokens at its place with their log-probabilities.
  public var top: [String: Double]?

  /// Creates a token.
  public init(token: String, logprob: Double?, top: [String: Double]? = nil) {
    self.token = token
    self.logprob = logprob
    self.top = top
  }
}
