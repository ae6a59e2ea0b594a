public import NPUBase
internal import NPUDigest
internal import Synchronization

#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Records what a service says, one case after the other, so that a kill at any moment costs the case in hand at most.
///
/// A folder that holds a recording is gone on with: a last line that was cut is removed, what is whole is kept, and
/// ``contains(_:repetition:request:)`` says what need not be asked again. The file of a case is written before its
/// line. Calls from several tasks are serialised; two processes must not record into one folder.
public final class RecordingWriter: Sendable {
  /// What all cases have in common, as the folder has it.
  public let manifest: RecordingManifest

  private struct State: ~Copyable {
    var file: File
    /// The digest of what each case and repetition asks.
    var digests: [String: String]
    /// The bytes of all lines: more than a reader takes must not be written.
    var bytes: Int64
    /// What made the file unusable: more behind a part of a line would be read as the same line.
    var failure: AccuracyError?
  }

  private let folder: RecordingFolder
  private let state: Mutex<State>

  /// Begins a recording, or goes on with one.
  ///
  /// - Parameters:
  ///   - path: The folder; it is created if it is missing.
  ///   - manifest: What all cases have in common.
  /// - Throws: ``AccuracyError``: the folder cannot be written, holds something else, or a recording of another kind,
  ///   model or parameters, which the error names.
  public init(folder path: String, manifest: RecordingManifest) throws(AccuracyError) {
    folder = RecordingFolder(path: path)
    var lines = RecordingFolder.Lines()
    if File.exists(folder.manifest) {
      let found = try folder.readManifest()
      if let difference = found.difference(from: manifest) {
        throw AccuracyError(
          kind: .otherManifest,
          message: "it holds another recording: \(difference); record into another folder", path: path)
      }
      self.manifest = found
      lines = try folder.readCases(of: found)
    } else {
      guard !File.exists(folder.cases) else {
        throw AccuracyError(
          kind: .malformed, message: "there are cases without a manifest.json; record into another folder",
          path: folder.cases)
      }
      try Self.begin(folder, manifest)
      self.manifest = manifest
    }
    let digests = lines.cases.map { (RecordingFolder.key($0.id, $0.repetition), $0.digest) }
    do throws(FileError) {
      let file = try File(appendingTo: folder.cases, keeping: Int64(lines.wholeBytes), for: .everyone)
      if lines.lacksEnd { try file.write([0x0A]) }
      state = Mutex(
        State(
          file: file, digests: Dictionary(digests) { first, _ in first }, bytes: Int64(lines.wholeBytes) + 1))
    } catch {
      throw AccuracyError(error)
    }
  }

  private static func begin(_ folder: RecordingFolder, _ manifest: RecordingManifest) throws(AccuracyError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    let bytes: [UInt8]
    do { bytes = Array(try encoder.encode(manifest)).escapingSteering + [0x0A] } catch {
      throw AccuracyError(
        kind: .write, message: "the manifest cannot be written as JSON: \(error)", path: folder.manifest)
    }
    do throws(FileError) {
      try Folder.prepare(folder.path)
      try OutputFile(folder.manifest, for: .everyone).save(bytes)
    } catch {
      throw AccuracyError(error)
    }
  }

  /// How many cases were recorded, each repetition for itself.
  public var count: Int { state.withLock { $0.digests.count } }

  /// Whether a case was recorded.
  public func contains(_ id: String, repetition: Int = 0) -> Bool {
    state.withLock { $0.digests[RecordingFolder.key(id, repetition)] != nil }
  }

  /// Whether a case was recorded, with what it asks now.
  ///
  /// - Throws: ``AccuracyError`` of kind `changedCase` if it asked something else then.
  public func contains(_ id: String, repetition: Int = 0, request: JSONValue) throws(AccuracyError) -> Bool {
    guard let digest = state.withLock({ $0.digests[RecordingFolder.key(id, repetition)] }) else { return false }
    guard digest == RecordedCase.digest(id: id, request: request, in: manifest) else {
      throw AccuracyError(
        kind: .changedCase,
        message: "case \"\(Excerpt.of(id, limit: 100))\" was recorded with another request; give it another id, or "
          + "record into another folder", path: folder.path)
    }
    return true
  }

  /// Adds a case.
  ///
  /// - Parameters:
  ///   - recorded: The case; the name and the digest of its file are filled in.
  ///   - file: The image or the sound.
  /// - Throws: ``AccuracyError``: the case was recorded before or belongs to another manifest, or the folder cannot be
  ///   written, now or before.
  public func append(_ recorded: RecordedCase, file: [UInt8]? = nil) throws(AccuracyError) {
    var recorded = recorded
    guard !recorded.id.isEmpty, RecordingFolder.repetitions.contains(recorded.repetition),
      recorded.digest == RecordedCase.digest(id: recorded.id, request: recorded.request, in: manifest)
    else {
      throw AccuracyError(
        kind: .changedCase,
        message: "\(RecordingFolder.shown(recorded)) has not the digest of what it asks with the parameters of the "
          + "recording; create it with the manifest of the writer", path: folder.path)
    }
    recorded.response.file = file.map { RecordingFolder.fileName(recorded.id, recorded.repetition, $0) }
    recorded.response.fileDigest = file.map { ContentDigest.text(of: $0) }
    let line: [UInt8]
    do { line = try JSONCoding.encode(recorded).escapingSteering + [0x0A] } catch {
      throw AccuracyError(
        kind: .write, message: "\(RecordingFolder.shown(recorded)) cannot be written as JSON: \(error)",
        path: folder.cases)
    }
    let entry = recorded
    try state.withLock { (state) throws(AccuracyError) in
      if let failure = state.failure { throw failure }
      let key = RecordingFolder.key(entry.id, entry.repetition)
      guard state.digests[key] == nil else {
        throw AccuracyError(
          kind: .duplicateCase, message: "\(RecordingFolder.shown(entry)) was recorded before", path: folder.cases)
      }
      guard state.bytes + Int64(line.count) <= BoundedFile.limit else {
        throw AccuracyError(
          kind: .write,
          message: "the cases would have more than \(BoundedFile.limit) bytes, which no reader takes; record into "
            + "another folder, with fewer cases or without log-probabilities", path: folder.cases)
      }
      do throws(FileError) {
        if let file, let name = entry.response.file {
          try Folder.prepare(folder.files)
          try OutputFile(folder.path + "/" + name, for: .everyone).save(file)
        }
      } catch {
        throw AccuracyError(error)
      }
      do throws(FileError) { try state.file.write(line) } catch {
        let failure = AccuracyError(error)
        state.failure = failure
        throw failure
      }
      state.digests[key] = entry.digest
      state.bytes += Int64(line.count)
    }
  }
}
