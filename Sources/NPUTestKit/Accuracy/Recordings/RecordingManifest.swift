public import NPUBase

/// What a recording holds.
public enum RecordingKind: String, Sendable, Hashable, CaseIterable, Codable {
  /// Responses of a chat model.
  case chat
  /// Continuations of texts.
  case completion
  /// Generated images.
  case image
  /// Texts of sounds.
  case transcription
  /// Sounds of texts.
  case speech
  /// Responses of a chat model to images.
  case vision
}

/// What all cases of a recording have in common: the object in `manifest.json`.
public struct RecordingManifest: Sendable, Hashable, Codable {
  /// What the manifest of every recording says of itself.
  public static let format = "nputestkit-recording"
  /// The version of the format that this kit writes.
  public static let currentVersion = 1

  /// What the file is.
  public var format: String
  /// The version of the format.
  public var version: Int
  /// What was asked for.
  public var kind: RecordingKind
  /// The address of the service, without secrets; responses do not depend on it.
  public var service: String
  /// The model that the requests named; nil if they named none.
  public var model: String?
  /// What all requests have in common, such as temperature, seed and limits.
  public var parameters: JSONValue
  /// When the recording was begun, as in RFC 3339.
  public var created: String?

  /// Describes a recording.
  ///
  /// - Parameters:
  ///   - kind: What is asked for.
  ///   - service: The address of the service, without secrets.
  ///   - model: The model that the requests name.
  ///   - parameters: What all requests have in common.
  ///   - created: When it was begun, as in RFC 3339.
  public init(
    kind: RecordingKind, service: String, model: String?, parameters: JSONValue, created: String? = nil
  ) {
    format = Self.format
    version = Self.currentVersion
    self.kind = kind
    self.service = service
    self.model = model
    self.parameters = parameters
    self.created = created
  }

  /// What makes responses of another manifest no continuation of this one; nil if nothing does.
  ///
  /// The address may differ: services move. Numbers are compared by their value, so that 1 and 1.0 are equal.
  ///
  /// - Parameter other: The manifest of the requests that are to be added.
  /// - Returns: The first difference in words, or those of the parameters.
  func difference(from other: RecordingManifest) -> String? {
    if kind != other.kind { return "it is of kind \(kind.rawValue), and this is \(other.kind.rawValue)" }
    if model != other.model { return "its model is \(Self.shown(model)), and this one is \(Self.shown(other.model))" }
    guard CanonicalJSON.text(of: parameters) != CanonicalJSON.text(of: other.parameters) else { return nil }
    guard let own = parameters.object, let new = other.parameters.object else { return "its parameters differ" }
    let names = Set(own.keys).union(new.keys).sorted()
    let differences = names.filter { CanonicalJSON.text(of: own[$0]) != CanonicalJSON.text(of: new[$0]) }.map { name in
      "\(name) is \(Self.shown(own[name])), and this one is \(Self.shown(new[name]))"
    }
    return "its parameters differ: \(differences.prefix(5).joined(separator: "; "))"
  }

  private static func shown(_ name: String?) -> String { name.map { "\"\(Excerpt.of($0, limit: 100))\"" } ?? "none" }

  private static func shown(_ value: JSONValue?) -> String {
    value.map { Excerpt.of(CanonicalJSON.text(of: $0), limit: 100) } ?? "missing"
  }
}
