public import NPUBase

/// What a service said to some cases, kept in a folder so that it can be compared again and again.
///
/// The folder holds `manifest.json`, `cases.jsonl` with a line for each case and repetition, and `files/` with images
/// and sounds. It can be committed: it holds no path and no secret, and equal responses give equal lines but for the
/// time that they took.
public struct Recording: Sendable, Hashable {
  /// What all cases have in common.
  public let manifest: RecordingManifest
  /// The cases, in the order in which their responses came.
  public let cases: [RecordedCase]
  /// The bytes of a last line that was cut, as by a kill while recording; 0 if it is whole.
  public let cutBytes: Int
  /// Where it lies.
  public let folder: String

  /// Reads a recording.
  ///
  /// - Parameter folder: The folder.
  /// - Throws: ``AccuracyError``: the folder holds no recording, the version is unknown, a line in the middle is
  ///   broken, a case stands twice, or was changed since.
  public init(folder: String) throws(AccuracyError) {
    let place = RecordingFolder(path: folder)
    let manifest = try place.readManifest()
    let lines = try place.readCases(of: manifest)
    self.manifest = manifest
    cases = lines.cases
    cutBytes = lines.cutBytes
    self.folder = folder
  }

  /// The image or the sound of a case; nil where it has none.
  ///
  /// - Throws: ``AccuracyError`` if the file is missing or not the one that was recorded.
  public func file(of recorded: RecordedCase) throws(AccuracyError) -> [UInt8]? {
    try RecordingFolder(path: folder).readFile(of: recorded)
  }

  /// Makes sure that the cases ask what is asked elsewhere: the same kind of service, parameters and requests.
  ///
  /// Models may differ in their name, as two servers may serve the same weights under two.
  ///
  /// - Parameter other: A recording, or a manifest of what is about to be asked.
  /// - Throws: ``AccuracyError`` of kind `otherManifest` that names the difference.
  public func requireComparable(with other: RecordingManifest) throws(AccuracyError) {
    var renamed = other
    renamed.model = manifest.model
    guard let difference = manifest.difference(from: renamed) else { return }
    throw AccuracyError(
      kind: .otherManifest,
      message: "the recording cannot be compared: \(difference); ask with the same parameters, or record again",
      path: folder)
  }

  /// Makes sure that a case asks what was recorded under its identity.
  ///
  /// - Throws: ``AccuracyError`` of kind `changedCase`.
  public func requireUnchanged(_ recorded: RecordedCase, asking request: JSONValue) throws(AccuracyError) {
    let digest = RecordedCase.digest(id: recorded.id, request: request, in: manifest)
    guard digest != recorded.digest else { return }
    throw AccuracyError(
      kind: .changedCase,
      message: "\(RecordingFolder.shown(recorded)) asks something else than was recorded; give changed cases another "
        + "id, or record again", path: folder)
  }
}
