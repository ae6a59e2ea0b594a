public import NPUBase

/// Something that two services are asked alike, so that their responses can be compared.
public protocol AskedCase: Sendable, Hashable {
  /// The identity of the case.
  var id: String { get }
  /// What the case asks beyond the parameters that all cases have in common, as a recording holds it.
  var request: JSONValue { get }

  /// Reads a case out of a recording.
  ///
  /// - Throws: ``AccuracyError`` of kind `malformed` if the recorded request is none of this kind.
  init(_ recorded: RecordedCase) throws(AccuracyError)
}

extension Recording {
  /// The cases of a recording, each once, in the order in which they were recorded.
  ///
  /// - Throws: ``AccuracyError`` for a case that is none of this kind, or if there is no case.
  public func asked<Case: AskedCase>(_ type: Case.Type = Case.self) throws(AccuracyError) -> [Case] {
    var seen: Set<String> = []
    var asked: [Case] = []
    for recorded in cases where seen.insert(recorded.id).inserted { asked.append(try Case(recorded)) }
    guard !asked.isEmpty else {
      throw AccuracyError(kind: .noCases, message: "the recording holds no case; record some first", path: folder)
    }
    return asked
  }

  /// Makes sure that the recording is of one kind.
  ///
  /// - Throws: ``AccuracyError`` of kind `otherManifest`.
  public func require(_ kind: RecordingKind) throws(AccuracyError) {
    guard manifest.kind != kind else { return }
    throw AccuracyError(
      kind: .otherManifest,
      message: "the recording is of kind \(manifest.kind.rawValue), and \(kind.rawValue) is to be compared; name "
        + "another folder", path: folder)
  }
}

extension AccuracyError {
  /// The error of a recorded case that is none of the kind that is read.
  static func malformed(_ recorded: RecordedCase, lacking member: String) -> AccuracyError {
    AccuracyError(
      kind: .malformed,
      message: "case \"\(Excerpt.of(recorded.id, limit: 100))\" has no \(member) in its request; name a recording of "
        + "the kind that is compared")
  }
}
