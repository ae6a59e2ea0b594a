import Foundation
import NPUMetrics
import NPUServices
import TestSupport
import Testing

@Suite("The chunk scanner")
struct ChunkScannerTests {
  private func scan(_ payload: String) -> ReferenceChunk { ReferenceChunk(scanning: Array(payload.utf8)) }

  @Test("all payloads are there")
  func payloadsAreThere() {
    #expect(ChunkPayloads.chunks.count == 26)
  }

  @Test("finds what a full decoding finds", arguments: ChunkPayloads.chunks)
  func agreesWithReference(payload: String) {
    #expect(scan(payload) == ReferenceChunk(decoding: Array(payload.utf8)))
    #expect(!scan(payload).content.contains(.malformed))
  }

  @Test("finds the same in any order of keys and with any white space", arguments: ChunkPayloads.chunks)
  func ignoresOrder(payload: String) {
    var generator = SeededGenerator(seed: UInt64(payload.utf8.count))
    for _ in 0..<50 {
      let other = ChunkPayloads.shuffled(payload, using: &generator)
      #expect(scan(other) == scan(payload), "\(other)")
    }
  }

  @Test(
    "knows each kind of content",
    arguments: [
      (#"{"choices":[]}"#, []), (#"{"choices":[{}]}"#, .choices), (#"{"choices":[{"text":"a"}]}"#, [.choices, .text]),
      (#"{"choices":[{"text":""}]}"#, .choices),
      (#"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#, [.choices, .role]),
      (#"{"choices":[{"delta":{"reasoning":"a","content":"b"}}]}"#, [.choices, .reasoning, .text]),
      (#"{"choices":[{"delta":{"tool_calls":[{"index":0}]}}]}"#, [.choices, .toolCall]),
      (#"{"choices":[{"finish_reason":"stop"}]}"#, [.choices, .finish]),
      (#"{"choices":[{"delta":{"content":[{"type":"text","text":"a"}]}}]}"#, [.choices, .text]),
      (#"{"choices":[{"delta":{"content":[{"text":"a","type":"reasoning"}]}}]}"#, [.choices, .reasoning]),
      (#"{"choices":[{"delta":{"content":[{"thinking":[{"text":"a"}]},"b"]}}]}"#, [.choices, .reasoning, .text]),
      (#"{"choices":[{"delta":{"content":[{"type":"image_url"},7,null]}}]}"#, .choices),
      (#"{"choices":[{"delta":{"reasoning_content":["a"]}}]}"#, [.choices, .reasoning]),
      (#"{"choices":[{"delta":{"refusal":"no"}}]}"#, [.choices, .text]),
      (#"{"choices":[{"delta":{"function_call":{"name":"f"}}}]}"#, [.choices, .toolCall]),
      (#"{"choices":[{"usage":{"completion_tokens":1}}]}"#, [.choices, .usage]),
      (#"{"choices":[{"finish_reason":""}]}"#, .choices), (#"{"usage":{}}"#, .usage), (#"{"usage":null}"#, []),
      (#"{"error":"no"}"#, .error), (#"{"error":{}}"#, .error), (#"{"error":null}"#, []),
      (#"{"object":"error"}"#, .error), (#"{"detail":"no"}"#, .error), (#"{"error_msg":[]}"#, .error),
      (#"{"error_code":7}"#, .error), (#"{"detail":null}"#, []), (#"{"detail":"a","choices":null}"#, []),
      (#"{"choices":7}"#, .malformed), (#"{"choices":{}}"#, .malformed), (#"{"choices":[{},null]}"#, .malformed),
      (#"{"type":"transcript.text.done"}"#, .finish), (#"{"type":"transcript.text.delta"}"#, []),
      (#"{"object":"errors"}"#, []), ("[DONE]", .done), (" [DONE]\t", .done),
      ("[DONE", .malformed), ("[DONE] x", .malformed), ("null", []), (" null ", []), ("nul", .malformed), ("", []),
      ("  ", []), ("[]", .malformed), ("42", .malformed), ("\"a\"", .malformed), ("true", .malformed),
      ("{} {}", .malformed), ("hello", .malformed), (#"{"a":1,}"#, .malformed), (#"{"a":[1,]}"#, .malformed),
      (#"{a:1}"#, .malformed), (#"{"a" 1}"#, .malformed), (#"{"a":01}"#, .malformed), (#"{"a":-}"#, .malformed),
      (#"{"a":1.}"#, .malformed), (#"{"a":1e}"#, .malformed), (#"{"a":"\x"}"#, .malformed),
      (#"{"a":"\u12G4"}"#, .malformed), ("{\"a\":\"\n\"}", .malformed), (#"{"a":tru}"#, .malformed),
      (#"{"choices":[{"text":"a"}]"#, .malformed), (#"{"a":"\uD83D\ude00\"\\\/\b\f\n\r\t"}"#, []),
    ] as [(String, ChunkContent)])
  func knowsContent(payload: String, content: ChunkContent) {
    #expect(scan(payload).content == content)
  }

  @Test(
    "knows events by their type",
    arguments: [
      ("", #"{"choices":[{"text":"a"}]}"#, [.choices, .text]), ("message", "[DONE]", .done), ("ping", "[DONE]", []),
      ("ping", "{broken", []), ("error", #"{"choices":[{"text":"a"}]}"#, .error), ("error", "", .error),
      ("error", "[DONE]", .error), ("completion.chunk", "{broken", .malformed),
    ] as [(String, String, ChunkContent)])
  func knowsTypes(type: String, payload: String, content: ChunkContent) {
    let (payload, type) = (Array(payload.utf8), Array(type.utf8))
    #expect(ChunkScanner().scan(payload.span, type: type.span).content == content)
  }

  @Test(
    "counts the bytes of generated text as they stand in the JSON, the same reasoning once",
    arguments: [
      (#"{"choices":[{"text":"abc"},{"text":"de"}]}"#, 5), (#"{"choices":[{"text":"\n\u00e9é"}]}"#, 10),
      (#"{"choices":[{"delta":{"content":"\"content\":\"x\""}}]}"#, 17),
      (#"{"choices":[{"delta":{"reasoning_content":"why","reasoning":"why"}}]}"#, 3),
      (#"{"choices":[{"delta":{"reasoning_content":"why","reasoning":"","content":"a"}}]}"#, 4),
      (#"{"choices":[{"delta":{"tool_calls":[{"function":{"name":"f","arguments":"{\"a\":1}"}}]}}]}"#, 9),
      (#"{"choices":[{"delta":{"content":"ends in a backslash \\"},"finish_reason":null}]}"#, 22),
      (#"{"choices":[{"message":{"content":"not streamed"}}]}"#, 0), (#"{"text":"wrong place"}"#, 0),
    ])
  func countsBytes(payload: String, bytes: Int) {
    #expect(scan(payload).textBytes == bytes)
  }

  @Test(
    "takes whole numbers from 0, however they are written, and nothing else for counts",
    arguments: [
      ("0", 0), ("31", 31), ("9223372036854775807", Int.max), ("9223372036854775808", nil), ("-1", nil), ("1.0", 1),
      ("1e3", 1000), ("4.5", nil), ("-4.0", nil), ("1e30", nil), ("99999999999999999999999999999999", nil),
      ("null", nil), ("\"5\"", 5), ("\"5.0\"", 5), ("\"five\"", nil), ("\"\"", nil), ("\" 5\"", nil), ("[5]", nil),
      ("true", nil),
    ])
  func readsNumbers(text: String, value: Int?) {
    let chunk = scan(#"{"usage":{"prompt_tokens":\#(text),"completion_tokens":2}}"#)
    #expect(chunk.usage == ChunkUsage(promptTokens: value, completionTokens: 2))
    let choice = scan(#"{"choices":[{"index":0},{"index":\#(text),"finish_reason":"stop"}]}"#)
    let index = value ?? 1
    #expect(choice.finishedChoices == (index < 64 ? 1 << UInt64(index) : 0))
    #expect(choice.finishedBeyond == (index < 64 ? 0 : 1))
  }

  @Test("tells which choices came and which finished")
  func tellsChoices() {
    let others = #"{"index":2},{"index":70,"finish_reason":"length"},{"text":"a"}"#
    let chunk = scan(#"{"choices":[{"index":5,"finish_reason":"stop"},\#(others)]}"#)
    #expect(chunk.choices == 0b101100)
    #expect(chunk.finishedChoices == 0b100000)
    #expect(chunk.finishedBeyond == 1)
    #expect(chunk.finishReason == "length")
  }

  @Test("reads 64 levels and refuses one more, of objects and arrays alike", arguments: [("[", "]"), (#"{"a":"#, "}")])
  func boundsDepth(open: String, close: String) {
    func payload(_ depth: Int) -> String {
      // The outermost object is the first level.
      #"{"a":"# + String(repeating: open, count: depth - 1) + "0" + String(repeating: close, count: depth - 1) + "}"
    }
    #expect(scan(payload(64)).content == [])
    #expect(scan(payload(65)).content == .malformed)
    #expect(scan(String(repeating: open, count: 1_000_000)).content == .malformed)
  }

  @Test("calls every beginning of a chunk malformed, and says nothing else of it", arguments: ChunkPayloads.chunks)
  func refusesTruncated(payload: String) {
    let bytes = Array(payload.utf8)
    var malformed = ReferenceChunk(decoding: [])
    malformed.content = .malformed
    for end in bytes.indices.dropFirst() {
      #expect(ReferenceChunk(scanning: Array(bytes[..<end])) == malformed, "cut at \(end)")
    }
  }

  @Test("survives any bytes and agrees with a full decoding on what is JSON", arguments: ChunkPayloads.chunks)
  func survivesMutation(payload: String) {
    var generator = SeededGenerator(seed: UInt64(payload.utf8.count) &* 31)
    let significant = Array("{}[]:,\"\\ 0123456789-+.eEtfnu\n\u{1}/a".utf8)
    for _ in 0..<300 {
      var bytes = Array(payload.utf8)
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[place] = significant.randomElement(using: &generator) ?? 0
        case 1: bytes.insert(significant.randomElement(using: &generator) ?? 0, at: place)
        default: if bytes.count > 1 { bytes.remove(at: place) }
        }
      }
      // Foundation also looks into characters and surrogates, which the scanner leaves alone; and it lets a comma stand
      // after the last element, which RFC 8259 does not.
      let text = String(decoding: bytes, as: UTF8.self)
      guard !text.contains("\\u"), !text.contains("\u{FFFD}"), !text.contains(/,\s*[}\]]/) else { continue }
      let isMalformed = ReferenceChunk(decoding: bytes).content == .malformed
      #expect((ReferenceChunk(scanning: bytes).content == .malformed) == isMalformed, "\(text)")
    }
  }

  @Test("survives bytes of no meaning at all", arguments: 0..<20)
  func survivesNoise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let payload = ChunkPayloads.chunks.randomElement(using: &generator) ?? ""
      var bytes = Array(payload.utf8)
      for _ in 0..<Int.random(in: 1...20, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
      }
      let facts = ChunkScanner().scan(bytes.span)
      #expect(facts.textBytes <= bytes.count)
      for range in [facts.id, facts.finishReason] { #expect(range.map { $0.upperBound < bytes.count } ?? true) }
    }
  }
}

/// Streams as servers send them, where the folder of test data holds them.
@Suite("The chunk scanner on recorded streams")
struct RecordedStreamTests {
  static let folder = ProcessInfo.processInfo.environment["NPUTESTKIT_TEST_DATA"].map {
    URL(fileURLWithPath: $0).appending(path: "wire")
  }

  static let streams: [URL] =
    folder.flatMap {
      try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
    }?.filter { $0.pathExtension == "sse" }.sorted { $0.path < $1.path } ?? []

  @Test(
    "finds what a full decoding finds in every event, and parses every stream alike however it is cut",
    .enabled(if: folder != nil, "set NPUTESTKIT_TEST_DATA to the folder that holds wire/*.sse"))
  func agreesOnRecordings() throws {
    #expect(Self.streams.count > 20)
    var generator = SeededGenerator(seed: 1)
    for stream in Self.streams {
      let bytes = try [UInt8](Data(contentsOf: stream))
      let whole = ParsedStream([bytes[...]])
      #expect(ParsedStream(bytes.indices.map { bytes[$0...$0] }) == whole, "\(stream.lastPathComponent)")
      for _ in 0..<50 {
        #expect(ParsedStream(bytes.pieces(using: &generator)) == whole, "\(stream.lastPathComponent)")
      }
      for event in whole.events {
        let payload = Array(event.data.utf8)
        var scanned = ReferenceChunk(scanning: payload)
        var decoded = ReferenceChunk(decoding: payload)
        if event.data.contains("\\") {
          // The scanner counts text as it stands, the decoder after its escapes are resolved.
          #expect(scanned.textBytes >= decoded.textBytes)
          scanned.textBytes = 0
          decoded.textBytes = 0
        }
        #expect(scanned == decoded, "\(stream.lastPathComponent): \(event.data)")
      }
    }
  }
}
