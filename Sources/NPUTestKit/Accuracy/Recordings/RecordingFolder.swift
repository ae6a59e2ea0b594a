internal import NPUBase
internal import NPUDigest
internal import NPUMetrics

/// Where the parts of a recording lie, and how they are read.
struct RecordingFolder {
  let path: String

  var manifest: String { path + "/manifest.json" }
  var cases: String { path + "/cases.jsonl" }
  var files: String { path + "/files" }

  /// Above any number of times that a case is asked.
  static let repetitions = 0..<1_000_000
  /// The most bytes of a manifest.
  private static let manifestLimit = Int64(1) << 20

  /// The lines of the cases, and how many bytes they have together.
  struct Lines {
    var cases: [RecordedCase] = []
    /// The bytes up to the end of the last whole line.
    var wholeBytes = 0
    /// The bytes of a line that was cut.
    var cutBytes = 0
    /// Whether the last line is whole but for its end.
    var lacksEnd = false
  }

  func readManifest() throws(AccuracyError) -> RecordingManifest {
    let bytes = try BoundedFile.read(manifest, limit: Self.manifestLimit)
    let value = try? JSONCoding.decode(JSONValue.self, from: bytes)
    guard value?["format"]?.string == RecordingManifest.format else {
      throw AccuracyError(
        kind: .malformed,
        message: "it is not the manifest of a recording, whose format is \"\(RecordingManifest.format)\"; name a "
          + "folder that was recorded", path: manifest)
    }
    guard value?["version"]?.integer == RecordingManifest.currentVersion else {
      let version = value?["version"]?.scalarText ?? "missing"
      throw AccuracyError(
        kind: .unsupportedVersion,
        message: "the version of the recording is \(Excerpt.of(version, limit: 40)), and this kit knows "
          + "\(RecordingManifest.currentVersion); use a newer kit", path: manifest)
    }
    do { return try JSONCoding.decode(RecordingManifest.self, from: bytes) } catch {
      throw AccuracyError(
        kind: .malformed, message: "it is not the manifest of a recording: \(JSONCoding.describe(error))",
        path: manifest)
    }
  }

  /// Reads the cases; only the last line may be cut.
  ///
  /// - Throws: ``AccuracyError`` that names the line: one that is no case, one that stands twice, one whose digest is
  ///   not that of what it asks.
  func readCases(of manifest: RecordingManifest) throws(AccuracyError) -> Lines {
    guard File.exists(cases) else { return Lines() }
    let bytes = try BoundedFile.read(cases)
    var lines = Lines()
    var seen: [String: Int] = [:]
    var (start, number) = (0, 0)
    while start < bytes.count {
      number += 1
      let end = bytes[start...].firstIndex(of: 0x0A)
      let line = bytes[start..<(end ?? bytes.count)]
      start = end.map { $0 + 1 } ?? bytes.count
      if !line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) {
        let recorded: RecordedCase
        do { recorded = try JSONCoding.decode(RecordedCase.self, from: Array(line)) } catch {
          guard end != nil else {
            lines.cutBytes = line.count
            break
          }
          throw malformed("it is not a recorded case: \(JSONCoding.describe(error))", number)
        }
        try check(recorded, manifest, number)
        let name = RecordingFolder.key(recorded.id, recorded.repetition)
        if let first = seen.updateValue(number, forKey: name) {
          throw AccuracyError(
            kind: .duplicateCase,
            message: "\(Self.shown(recorded)) stands in line \(first) already; remove one of the lines", path: cases,
            line: number)
        }
        lines.cases.append(recorded)
      }
      lines.wholeBytes = start
      lines.lacksEnd = end == nil
    }
    return lines
  }

  /// Reads a file that a case names.
  func readFile(of recorded: RecordedCase) throws(AccuracyError) -> [UInt8]? {
    guard let name = recorded.response.file else { return nil }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0] == "files", !parts[1].isEmpty, !parts[1].hasPrefix(".") else {
      throw malformed(
        "\(Self.shown(recorded)) names the file \"\(Excerpt.of(name, limit: 100))\"; it must lie in files/", nil)
    }
    let bytes = try BoundedFile.read(path + "/" + name)
    let digest = ContentDigest.text(of: bytes)
    guard recorded.response.fileDigest == digest else {
      throw AccuracyError(
        kind: .malformed,
        message: "its SHA-256 is \(digest), and \(Self.shown(recorded)) was recorded with "
          + "\(recorded.response.fileDigest ?? "none"); record the case again", path: path + "/" + name)
    }
    return bytes
  }

  /// What tells a case and repetition from all others.
  static func key(_ id: String, _ repetition: Int) -> String { "\(repetition) \(id)" }

  static func shown(_ recorded: RecordedCase) -> String {
    "case \"\(Excerpt.of(recorded.id, limit: 100))\""
      + (recorded.repetition > 0 ? ", repetition \(recorded.repetition)," : "")
  }

  /// The name of the file of a case: letters, digits and few others that every file system takes.
  ///
  /// A name that had to be changed ends with a part of the digest of the identity, so that no two are equal.
  static func fileName(_ id: String, _ repetition: Int, _ bytes: [UInt8]) -> String {
    "files/\(plainName(id))-\(repetition).\(fileExtension(of: bytes))"
  }

  /// An identity as a part of the name of a file.
  static func plainName(_ id: String) -> String {
    let isPlain: (UInt8) -> Bool = {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || "-_.".utf8.contains($0)
    }
    let name = id.utf8.prefix(64).map { isPlain($0) ? $0 : 0x5F }
    var text = String(decoding: name, as: UTF8.self)
    if text.hasPrefix(".") { text = "_" + text.dropFirst() }
    return text == id ? text : text + "-" + ContentDigest.text(of: Array(id.utf8)).prefix(12)
  }

  private static func fileExtension(of bytes: [UInt8]) -> String {
    switch FileSignature(of: bytes) {
    case .png: "png"
    case .jpeg: "jpg"
    case .webp: "webp"
    case .gif: "gif"
    case .wav, .taggedWAV: "wav"
    case .mp3: "mp3"
    case .aac: "aac"
    case .flac: "flac"
    case .ogg: "ogg"
    case .mp4: "m4a"
    case .zip: "zip"
    case .json: "json"
    default: "bin"
    }
  }

  private func check(_ recorded: RecordedCase, _ manifest: RecordingManifest, _ number: Int) throws(AccuracyError) {
    guard !recorded.id.isEmpty, Self.repetitions.contains(recorded.repetition) else {
      throw malformed(
        "a case has an id and a repetition from 0 to \(Self.repetitions.upperBound - 1); this one has "
          + "\"\(Excerpt.of(recorded.id, limit: 100))\" and \(recorded.repetition)", number)
    }
    let digest = RecordedCase.digest(id: recorded.id, request: recorded.request, in: manifest)
    guard recorded.digest == digest else {
      throw AccuracyError(
        kind: .changedCase,
        message: "\(Self.shown(recorded)) was changed: the digest of what it asks is \(digest), and "
          + "\(Excerpt.of(recorded.digest, limit: 64)) was recorded; restore the request, the model and the "
          + "parameters, or record again", path: cases, line: number)
    }
  }

  private func malformed(_ message: String, _ line: Int?) -> AccuracyError {
    AccuracyError(kind: .malformed, message: message, path: cases, line: line)
  }
}
