import NPUTransport
import TestSupport
import Testing

@Suite("The splitters")
struct SplitterTests {
  private func lines(_ pieces: [ArraySlice<UInt8>], _ splitter: consuming LineSplitter) throws -> ([String], String) {
    var lines: [String] = []
    for piece in pieces { try splitter.feed(piece.span) { lines.append(text($0)) } }
    return (lines, String(decoding: splitter.finish(), as: UTF8.self))
  }

  @Test(
    "ends lines at LF, CR and CRLF alike",
    arguments: [
      ("a\nb\rc\r\nd", ["a", "b", "c"], "d"), ("\n\r\r\n\n", ["", "", "", ""], ""), ("", [], ""), ("a\r", ["a"], ""),
      ("\u{FEFF}a\n\u{FEFF}b\n", ["a", "\u{FEFF}b"], ""), ("a\u{2028}b\u{85}\n", ["a\u{2028}b\u{85}"], ""),
    ])
  func splitsLines(input: String, expected: [String], rest: String) throws {
    for pieces in Array(input.utf8).divisions {
      let (lines, tail) = try lines(pieces, LineSplitter())
      #expect(lines == expected, "cut into \(pieces.map(\.count))")
      #expect(tail == rest)
    }
  }

  @Test("leaves a byte-order mark alone when told so")
  func keepsMark() throws {
    let (lines, _) = try lines([Array("\u{FEFF}a\n".utf8)[...]], LineSplitter(stripsByteOrderMark: false))
    #expect(lines == ["\u{FEFF}a"])
  }

  @Test("hands out a line of the maximal length and refuses one byte more, however it is cut")
  func limitsLines() throws {
    for pieces in Array("12345\n".utf8).divisions {
      #expect(try lines(pieces, LineSplitter(maximumLineBytes: 5)).0 == ["12345"])
      let error = #expect(throws: StreamError.self) { try lines(pieces, LineSplitter(maximumLineBytes: 4)) }
      #expect(error?.kind == .lineTooLong)
    }
  }

  @Test("refuses a line that never ends instead of keeping it")
  func limitsCarry() {
    var splitter = LineSplitter(maximumLineBytes: 1000)
    let error = #expect(throws: StreamError.self) {
      for _ in 0..<11 { try splitter.feed([UInt8](repeating: 0x78, count: 100).span) { _ in } }
    }
    #expect(error?.message.contains("1100 bytes or more, the limit is 1000") == true)
  }

  @Test(
    "cuts frames at their delimiter, NUL as MindIE sends it and LF as in JSON Lines",
    arguments: [
      (
        UInt8(0), "{\"text\":[\"a\"]}\u{0}{\"text\":[\"\\n\"]}\u{0}half",
        ["{\"text\":[\"a\"]}", "{\"text\":[\"\\n\"]}"], "half"
      ),
      (10, "{}\n\n{\"a\":1}\r\n", ["{}", "", "{\"a\":1}\r"], ""),
    ])
  func cutsFrames(delimiter: UInt8, input: String, expected: [String], rest: String) throws {
    for pieces in Array(input.utf8).divisions {
      var splitter = FrameSplitter(delimiter: delimiter)
      var frames: [String] = []
      for piece in pieces { try splitter.feed(piece.span) { frames.append(text($0)) } }
      #expect(frames == expected, "cut into \(pieces.map(\.count))")
      #expect(String(decoding: splitter.finish(), as: UTF8.self) == rest)
    }
  }

  @Test("refuses a frame beyond its limit, however it is cut")
  func limitsFrames() throws {
    for pieces in Array("12345\u{0}".utf8).divisions {
      var roomy = FrameSplitter(delimiter: 0, maximumFrameBytes: 5)
      var tight = FrameSplitter(delimiter: 0, maximumFrameBytes: 4)
      for piece in pieces { try roomy.feed(piece.span) { _ in } }
      let error = #expect(throws: StreamError.self) { for piece in pieces { try tight.feed(piece.span) { _ in } } }
      #expect(error?.kind == .eventTooLarge)
    }
  }
}
