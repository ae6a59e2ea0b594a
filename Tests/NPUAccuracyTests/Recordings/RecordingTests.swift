import Foundation
import NPUAccuracy
import NPUBase
import TestSupport
import Testing

@Suite("What a service said, recorded and read again")
struct RecordingTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private let manifest = RecordingManifest(
    kind: .chat, service: "http://npu:8000", model: "m", parameters: ["temperature": 0, "seed": 1],
    created: "2026-11-30T18:00:00Z")

  private func recorded(_ id: String, _ repetition: Int = 0, text: String? = nil) -> RecordedCase {
    RecordedCase(
      id: id, repetition: repetition, request: ["prompt": .string("Say \(id)")],
      response: RecordedResponse(
        text: text ?? "It is \(id): 你好\n\u{1B}[1m", finishReason: "stop", outputTokens: 3,
        tokens: [RecordedToken(token: " \(id)", logprob: -0.25, top: [" \(id)": -0.25, "no": -2])], seconds: 0.5),
      in: manifest)
  }

  private var cases: [RecordedCase] { [recorded("a"), recorded("b"), recorded("a", 1), recorded("c/é")] }

  @discardableResult
  private func record(_ cases: [RecordedCase], to name: String = "r") throws -> String {
    let writer = try RecordingWriter(folder: folder.file(name), manifest: manifest)
    for recorded in cases { try writer.append(recorded) }
    return folder.file(name)
  }

  @Test("What was recorded is read as it was, and equal responses give equal files")
  func whole() throws {
    let first = try Recording(folder: record(cases))
    #expect(first.manifest == manifest)
    #expect(first.cases == cases)
    #expect(first.cutBytes == 0)
    try record(cases, to: "s")
    for name in ["manifest.json", "cases.jsonl"] {
      let text = try folder.text("r/\(name)")
      #expect(text == (try folder.text("s/\(name)")))
      #expect(!text.contains("\u{1B}"))
    }
  }

  @Test("A kill anywhere costs the case in hand at most, and a resumed recording is the same as a whole one")
  func killedAnywhere() throws {
    // Short lines, since each byte is a recording of its own.
    let cases = [("a", 0), ("b", 0), ("a", 1)].map { id, repetition in
      RecordedCase(id: id, repetition: repetition, request: "é", response: RecordedResponse(text: "好"), in: manifest)
    }
    let path = try record(cases)
    let whole = Array(try Data(contentsOf: URL(filePath: path + "/cases.jsonl")))
    let lineEnds = whole.indices.filter { whole[$0] == 0x0A }
    for length in KillPoints.lengths(of: whole) {
      try Data(whole.prefix(length)).write(to: URL(filePath: path + "/cases.jsonl"))
      // A line is whole without its end, too.
      let kept = lineEnds.count { $0 <= length }
      #expect(try Recording(folder: path).cases == Array(cases.prefix(kept)))
      let writer = try RecordingWriter(folder: path, manifest: manifest)
      #expect(writer.count == kept)
      for recorded in cases {
        let isThere = try writer.contains(recorded.id, repetition: recorded.repetition, request: recorded.request)
        #expect(isThere == cases.prefix(kept).contains(recorded))
        if !isThere { try writer.append(recorded) }
      }
      #expect(try Array(Data(contentsOf: URL(filePath: path + "/cases.jsonl"))) == whole)
    }
  }

  @Test("A repetition beyond any number of requests is refused with its line")
  func repetition() throws {
    let path = try record(cases)
    let text = try folder.text("r/cases.jsonl").replacing(
      #/"repetition" ?: ?1/#, with: "\"repetition\":9223372036854775807")
    _ = try folder.write(text, to: "r/cases.jsonl")
    let error = #expect(throws: AccuracyError.self) { try Recording(folder: path) }
    #expect(error?.kind == .malformed && error?.line == 3, "\(String(describing: error))")
    let writer = try RecordingWriter(folder: folder.file("w"), manifest: manifest)
    #expect(throws: AccuracyError.self) { try writer.append(recorded("a", 1_000_000)) }
  }

  @Test("A kill before the first case leaves a recording without cases")
  func killedEarly() throws {
    let path = try record([])
    #expect(try Recording(folder: path).cases.isEmpty)
    try FileManager.default.removeItem(atPath: path + "/cases.jsonl")
    #expect(try Recording(folder: path).cases.isEmpty)
    #expect(try Recording(folder: record(cases)).cases == cases)
  }

  @Test("A file comes before its line, under a name that every file system takes, and is held against its digest")
  func files() throws {
    let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3]
    let writer = try RecordingWriter(folder: folder.file("r"), manifest: manifest)
    let ids = ["plain-1", "../../etc/passwd", "A", "a", ".hidden", String(repeating: "x", count: 300), "雨"]
    for id in ids { try writer.append(recorded(id), file: png + Array(id.utf8)) }
    let recording = try Recording(folder: folder.file("r"))
    let names = recording.cases.compactMap(\.response.file)
    #expect(names.first == "files/plain-1-0.png")
    #expect(Set(names.map { $0.lowercased() }).count == ids.count)
    for (recorded, id) in zip(recording.cases, ids) {
      #expect(try recording.file(of: recorded) == png + Array(id.utf8))
    }
    try Data([0]).write(to: URL(filePath: folder.file("r/files/plain-1-0.png")))
    let error = #expect(throws: AccuracyError.self) { try recording.file(of: recording.cases[0]) }
    #expect(error?.message.contains("SHA-256") == true)
    var outside = recording.cases[0]
    outside.response.file = "files/../manifest.json"
    #expect(throws: AccuracyError.self) { try recording.file(of: outside) }
  }

  @Test("Another kind, model or parameter is refused by its name; a new address or spelling of numbers is not")
  func otherManifest() throws {
    let path = try record(cases)
    func refusal(_ change: (inout RecordingManifest) -> Void) -> String? {
      var other = manifest
      change(&other)
      do throws(AccuracyError) {
        _ = try RecordingWriter(folder: path, manifest: other)
        return nil
      } catch {
        return error.kind == .otherManifest ? error.message : "\(error)"
      }
    }
    #expect(refusal { $0.kind = .completion }?.contains("kind chat") == true)
    #expect(refusal { $0.model = "n" }?.contains(#"model is "m", and this one is "n""#) == true)
    #expect(refusal { $0.parameters = ["temperature": 1, "seed": 1] }?.contains("temperature is 0") == true)
    #expect(refusal { $0.parameters = ["temperature": 0] }?.contains("seed is 1, and this one is missing") == true)
    #expect(refusal { $0.service = "http://npu:9000" } == nil)
    #expect(refusal { $0.parameters = ["temperature": .double(0), "seed": .double(1)] } == nil)
  }

  @Test("A case that asks something else than before is detected, in the writer and against a recording")
  func changedCase() throws {
    let path = try record(cases)
    let writer = try RecordingWriter(folder: path, manifest: manifest)
    #expect(throws: AccuracyError.self) { try writer.contains("a", request: ["prompt": "Say b"]) }
    #expect(throws: AccuracyError.self) { try writer.append(cases[0]) }
    var foreign = manifest
    foreign.parameters = ["seed": 2]
    let other = RecordedCase(id: "new", request: "x", response: RecordedResponse(text: ""), in: foreign)
    #expect(throws: AccuracyError.self) { try writer.append(other) }
    let recording = try Recording(folder: path)
    try recording.requireUnchanged(recording.cases[0], asking: ["prompt": "Say a"])
    let error = #expect(throws: AccuracyError.self) {
      try recording.requireUnchanged(recording.cases[0], asking: ["prompt": "Say A"])
    }
    #expect(error?.kind == .changedCase)
    #expect(throws: AccuracyError.self) { try recording.requireComparable(with: foreign) }
  }

  @Test(
    "A broken file is an error that names the line",
    arguments: [
      ("duplicate", AccuracyError.Kind.duplicateCase, 3), ("changed", .changedCase, 2), ("garbage", .malformed, 2),
      ("cut", .malformed, 1),
    ])
  func brokenLines(_ kind: String, _ expected: AccuracyError.Kind, _ line: Int) throws {
    let path = try record([recorded("a"), recorded("b")])
    var lines = try folder.text("r/cases.jsonl").split(separator: "\n").map(String.init)
    switch kind {
    case "duplicate": lines.append(lines[0])
    case "changed": lines[1] = lines[1].replacing("Say b", with: "Say B")
    case "garbage": lines.insert("null", at: 1)
    default: lines[0].removeLast(10)
    }
    _ = try folder.write(lines.joined(separator: "\n") + "\n", to: "r/cases.jsonl")
    let reading = #expect(throws: AccuracyError.self) { try Recording(folder: path) }
    let resuming = #expect(throws: AccuracyError.self) { try RecordingWriter(folder: path, manifest: manifest) }
    for error in [reading, resuming] {
      #expect(error?.kind == expected)
      #expect(error?.line == line)
    }
  }

  @Test(
    "What is no recording, or one of another version, is refused",
    arguments: [
      (#"{"format": "nputestkit-recording", "version": 2}"#, AccuracyError.Kind.unsupportedVersion),
      (#"{"format": "other"}"#, .malformed), ("", .malformed),
      (#"{"format": "nputestkit-recording", "version": 1}"#, .malformed),
    ])
  func otherManifests(_ text: String, _ kind: AccuracyError.Kind) throws {
    let path = try record([])
    _ = try folder.write(text, to: "r/manifest.json")
    let error = #expect(throws: AccuracyError.self) { try Recording(folder: path) }
    #expect(error?.kind == kind)
    #expect(throws: AccuracyError.self) { try Recording(folder: folder.file("missing")) }
  }

  @Test(
    "What fails for a reason that is none of the case's is not kept, and what the case itself brings about is",
    arguments: [
      ("http_401: no key", true), ("http_403: no", true), ("http_404: no such model", true), ("http_503: busy", true),
      ("http_400: too long", false), ("http_413: too large", false), ("connection_refused: no", true),
      ("total_timeout: 60 s", true), ("truncated_stream: cut", true), ("error_event: engine", true),
      ("invalid_request: no", false), ("body_too_large: 1 GB", false), ("empty_response: nothing", false),
    ])
  func inPassing(_ error: String, _ isPassing: Bool) {
    let response = RecordedResponse(error: error)
    #expect(response.failedInPassing == isPassing)
    #expect(response.deniesAccess == (error.hasPrefix("http_401") || error.hasPrefix("http_403")))
  }
}
