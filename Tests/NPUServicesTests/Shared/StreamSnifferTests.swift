import NPUServices
import Testing

@Suite("What tells a stream by its first bytes")
struct StreamSnifferTests {
  @Test(
    "knows a stream, and what is none, in one piece and byte by byte",
    arguments: [
      ("data: {}", .stream), ("data:{}", .stream), ("event: x\ndata: 1", .stream), (": ping", .stream), (":", .stream),
      ("id: 7", .stream), ("retry: 7", .stream), ("\n\r\n\ndata: 1", .stream), ("\u{FEFF}data: 1", .stream),
      ("\u{FEFF}\n: hi", .stream), ("{\"a\": 1}", .other), ("<html>", .other), ("database", .other),
      ("date: x", .other),
      ("Data: 1", .other), (" data: 1", .other), ("events", .other), ("\u{FEFF}\u{FEFF}data: 1", .other),
      ("\u{FEFE}", .other), ("dat", .open), ("", .open), ("\n\n", .open), ("even", .open),
    ] as [(String, StreamSniffer.Verdict)])
  func knows(text: String, verdict: StreamSniffer.Verdict) {
    let bytes = Array(text.utf8)
    var whole = StreamSniffer()
    #expect(whole.take(bytes.span) == verdict)
    var cut = StreamSniffer()
    for byte in bytes { cut.take([byte].span) }
    #expect(cut.verdict == verdict)
  }

  @Test(
    "takes samples for a stream only if they read as one",
    arguments: [
      ("data: {}", .stream), ("id: 7", .stream), ("retry: 7", .stream), (": ping\n\ndata: 1", .stream),
      (": ping\r\n\r\n", .stream), (":\n\n", .stream), (": a\n: b", .stream), (": a\ndata: 1", .stream),
      ("\n: a\nid: 1", .stream), ("\u{FEFF}: a\n\n", .stream), (": a\r\ndata:", .stream),
      (":", .open), (": ping", .open), (": ping\n", .open), (": ping\r\n", .open), (": a\ndat", .open), ("dat", .open),
      (":\0", .other), (": a\u{1}", .other), (": a\nb", .other), (": é", .other), ("\0\0", .other), ("date", .other),
      (":" + String(repeating: " ", count: 2000), .other), (String(repeating: "\n", count: 2000), .other),
    ] as [(String, StreamSniffer.Verdict)])
  func samples(text: String, verdict: StreamSniffer.Verdict) {
    let bytes = Array(text.utf8)
    var whole = StreamSniffer(expectsSamples: true)
    #expect(whole.take(bytes.span) == verdict)
    var cut = StreamSniffer(expectsSamples: true)
    for byte in bytes { cut.take([byte].span) }
    #expect(cut.verdict == verdict)
  }
}
