import HTTPTypes
import NPUTransport
import TestSupport
import Testing

@Suite("Reading a response of HTTP/1.1")
struct ResponseReaderTests {
  /// What a reader makes of some bytes.
  struct Reading: Hashable, CustomStringConvertible {
    var status: Int?
    var body: [UInt8] = []
    /// Whether the response came to its end, by itself or with the connection.
    var isWhole = false
    var keepsConnection = false
    /// Bytes behind the end of the response.
    var surplus = 0
    var fault: ResponseFault?

    var description: String {
      "\(status ?? 0) \(String(decoding: body, as: UTF8.self)) whole \(isWhole) keeps \(keepsConnection) "
        + "surplus \(surplus) \(fault.map { "\($0.kind): \($0.text())" } ?? "")"
    }
  }

  /// Reads bytes in pieces of a size, and then the end of the connection.
  static func read(
    _ bytes: [UInt8], by size: Int, answersHead: Bool = false, headerLimit: Int = 1000
  ) -> Reading {
    var reader = ResponseReader(answersHead: answersHead, headerLimit: headerLimit)
    var reading = Reading()
    do throws(ResponseFault) {
      for start in stride(from: 0, to: bytes.count, by: size) {
        let piece = Array(bytes[start..<min(bytes.count, start + size)])
        var position = 0
        while let part = try reader.next(in: piece.span, at: &position) {
          switch part {
          case .head: reading.status = reader.head?.status.code
          case .body(let range): reading.body += piece[range]
          case .end: reading.isWhole = true
          }
        }
        reading.surplus += piece.count - position
      }
      // What ends without a body byte is told with the next look, however it was cut.
      var position = 0
      if try reader.next(in: [UInt8]().span, at: &position) == .end { reading.isWhole = true }
      try reader.close()
      reading.isWhole = true
    } catch {
      reading.fault = error
    }
    reading.keepsConnection = reader.keepsConnection && reading.fault == nil
    return reading
  }

  /// Reads bytes cut in every way; they must always be read alike.
  static func read(
    _ text: String, answersHead: Bool = false, headerLimit: Int = 1000,
    sourceLocation: SourceLocation = #_sourceLocation
  ) -> Reading {
    let bytes = bytes(text)
    let whole = read(bytes, by: max(1, bytes.count), answersHead: answersHead, headerLimit: headerLimit)
    for size in [1, 2, 3, 7] {
      var cut = read(bytes, by: size, answersHead: answersHead, headerLimit: headerLimit)
      cut.fault?.words = whole.fault?.words  // as much as had come is shown
      if whole.fault != nil { (cut.body, cut.surplus) = (whole.body, whole.surplus) }
      #expect(cut == whole, "in pieces of \(size)", sourceLocation: sourceLocation)
    }
    return whole
  }

  struct Good: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    var body = "hi"
    var keeps = true
    var surplus = 0
    var testDescription: String { name }
  }

  private static let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"

  @Test(
    "takes what is right, and what libcurl takes",
    arguments: [
      Good(name: "a length", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
      Good(name: "no reason", text: "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi"),
      Good(name: "the same length twice", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nhi"),
      Good(name: "the same length in a list", text: "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nhi"),
      Good(name: "chunks", text: chunked + "1\r\nh\r\n001\r\ni\r\n0\r\n\r\n"),
      Good(name: "chunks with extensions", text: chunked + "1;a=\"b\"\r\nh\r\n1 \r\ni\r\n000;x\r\n\r\n"),
      Good(name: "chunks with a trailer", text: chunked + "2\r\nhi\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"),
      Good(
        name: "a large chunk in capitals",
        text: chunked + "1F\r\n" + String(repeating: "x", count: 31) + "\r\n0\r\n\r\n",
        body: String(repeating: "x", count: 31)),
      Good(name: "lines that end with LF", text: "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n2\nhi\n0\n\n"),
      Good(name: "a folded line", text: "HTTP/1.1 200 OK\r\nX-A: 1\r\n and 2\r\nContent-Length: 2\r\n\r\nhi"),
      Good(
        name: "the coding in capitals and a list",
        text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity, Chunked \r\n\r\n2\r\nhi\r\n0\r\n\r\n"),
      Good(name: "until close", text: "HTTP/1.1 200 OK\r\n\r\nhi", keeps: false),
      Good(
        name: "an announced close", text: "HTTP/1.1 200 OK\r\nConnection: x, Close\r\nContent-Length: 2\r\n\r\nhi",
        keeps: false),
      Good(name: "HTTP/1.0", text: "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", keeps: false),
      Good(
        name: "HTTP/1.0 that stays", text: "HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\nhi"),
      Good(
        name: "both a length and chunks, of which the chunks count",
        text: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
        keeps: false),
      Good(
        name: "interim heads first",
        text: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nContent-Length: 7\r\n\r\n"
          + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"),
      Good(name: "no content", text: "HTTP/1.1 204 No Content\r\n\r\n", body: ""),
      Good(name: "no content of a length", text: "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n", body: ""),
      Good(name: "an empty body", text: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body: ""),
      Good(name: "an empty chunked body", text: chunked + "0\r\n\r\n", body: ""),
      Good(
        name: "a second response behind it", text: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 200 OK",
        surplus: 15),
    ])
  func takes(good: Good) {
    let reading = Self.read(good.text)
    #expect(reading.fault == nil, "\(reading)")
    #expect(reading.isWhole)
    #expect(String(decoding: reading.body, as: UTF8.self) == good.body)
    #expect(reading.keepsConnection == good.keeps)
    #expect(reading.surplus == good.surplus)
  }

  @Test(
    "a head of status 101 ends HTTP where another protocol was asked for, and is no response elsewhere",
    arguments: [1, 7, 1000])
  func upgrade(size: Int) throws {
    let response = bytes("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nContent-Length: 9\r\n\r\n")
    let all = response + [0x81, 0x01]
    #expect(Self.read(all, by: size).fault?.kind == .protocolViolation)
    var reader = ResponseReader(asksForUpgrade: true)
    var (offset, parts, frames) = (0, [ResponseReader.Part](), [UInt8]())
    while offset < all.count {
      let piece = Array(all[offset..<min(all.count, offset + size)])
      var position = 0
      while let part = try reader.next(in: piece.span, at: &position) { parts.append(part) }
      frames += piece[position...]
      offset += piece.count
    }
    #expect(reader.head?.status.code == 101 && parts == [.head, .end] && frames == [0x81, 0x01])
  }

  @Test("a response to HEAD has no body, whatever it announces", arguments: ["Content-Length: 9", "X: y"])
  func takesHeads(field: String) {
    let reading = Self.read("HTTP/1.1 200 OK\r\n\(field)\r\n\r\n", answersHead: true)
    #expect(reading.fault == nil && reading.isWhole && reading.body == [] && reading.keepsConnection)
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    let name: String
    var kind = TransportError.Kind.protocolViolation
    let text: String
    var hint = ""
    var testDescription: String { name }
  }

  private static func length(_ value: String) -> String { "HTTP/1.1 200 OK\r\nContent-Length: \(value)\r\n\r\nhi" }

  @Test(
    "refuses what is not HTTP/1.1, and says what is wrong",
    arguments: [
      Bad(name: "another protocol", text: "SSH-2.0-x\r\n", hint: "SSH-2.0-x"),
      Bad(name: "a tab in the status line", text: "HTTP/1.1 200\tOK\r\n\r\n", hint: "the status line is none"),
      Bad(
        name: "a second status line", text: "HTTP/1.1 200 OK\r\nA: b\r\nHTTP/1.1 500 x: y\r\n\r\n",
        hint: "a status line stands among the fields"),
      Bad(name: "the beginning of another protocol", text: "+OK", hint: "HTTP/0.9"),
      Bad(name: "an empty line first", text: "\r\nHTTP/1.1 200 OK\r\n\r\n", hint: "HTTP/0.9"),
      Bad(name: "another version", text: "HTTP/1.2 200 OK\r\n\r\n", hint: "HTTP/1.2"),
      Bad(name: "HTTP/2", text: "HTTP/2 200 OK\r\n\r\n", hint: "HTTP/2"),
      Bad(name: "a status of two digits", text: "HTTP/1.1 20 OK\r\n\r\n", hint: "status line"),
      Bad(name: "a status of four digits", text: "HTTP/1.1 2000 OK\r\n\r\n", hint: "status line"),
      Bad(name: "a status below 100", text: "HTTP/1.1 099 No\r\n\r\n", hint: "status line"),
      Bad(name: "no status", text: "HTTP/1.1 OK\r\n\r\n", hint: "status line"),
      Bad(name: "another protocol after the head", text: "HTTP/1.1 101 Go\r\n\r\n", hint: "switches"),
      Bad(name: "a line without a colon", text: "HTTP/1.1 200 OK\r\nno field\r\n\r\n", hint: "no field"),
      Bad(name: "a folded line first", text: "HTTP/1.1 200 OK\r\n folded\r\n\r\n", hint: "colon"),
      Bad(name: "NUL in a field", text: "HTTP/1.1 200 OK\r\nX: a\u{0}b\r\n\r\n", hint: "NUL"),
      Bad(name: "NUL in the status line", text: "HTTP/1.1 200 \u{0}\r\n\r\n", hint: "status line"),
      Bad(name: "no number as a length", text: length("many"), hint: "\"many\""),
      Bad(name: "a negative length", text: length("-1"), hint: "Content-Length"),
      Bad(name: "a signed length", text: length("+2"), hint: "Content-Length"),
      Bad(name: "an empty length", text: length(""), hint: "Content-Length"),
      Bad(name: "a length beyond 63 bits", text: length("9223372036854775808"), hint: "Content-Length"),
      Bad(name: "two lengths", text: length("2\r\nContent-Length: 3"), hint: "2, 3"),
      Bad(name: "two lengths in a list", text: length("2, 3"), hint: "2, 3"),
      Bad(
        name: "a coding that is not known", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        hint: "gzip, chunked"),
      Bad(name: "chunks of no size", text: chunked + "\r\nhi", hint: "chunk"),
      Bad(name: "chunks of no number", text: chunked + "xyz\r\n", hint: "chunk"),
      Bad(name: "chunks of a negative size", text: chunked + "-1\r\n", hint: "chunk"),
      Bad(name: "an extension without a size", text: chunked + ";a=b\r\n", hint: "chunk"),
      Bad(name: "chunks beyond 63 bits", text: chunked + "8000000000000000\r\n", hint: "chunk"),
      Bad(name: "a size of many zeros", text: chunked + "00000000000000001\r\n", hint: "chunk"),
      Bad(name: "a chunk longer than its size", text: chunked + "1\r\nhi\r\n", hint: "chunk"),
      Bad(name: "CR alone behind a chunk", text: chunked + "1\r\nh\rx", hint: "chunk"),
      Bad(name: "CR alone behind a size", text: chunked + "1\rx", hint: "chunk"),
      Bad(
        name: "an extension without end", text: chunked + "1;" + String(repeating: "x", count: 20_000),
        hint: "extension"),
      Bad(
        name: "a head beyond the limit", kind: .headerTooLarge,
        text: "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1000) + "\r\n\r\n", hint: "1000 bytes"),
      Bad(
        name: "a line beyond the limit without end", kind: .headerTooLarge,
        text: "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1000), hint: "1000 bytes"),
      Bad(
        name: "interim heads beyond the limit", kind: .headerTooLarge,
        text: String(repeating: "HTTP/1.1 102 Wait\r\n\r\n", count: 50), hint: "1000 bytes"),
      Bad(
        name: "a trailer beyond the limit", kind: .headerTooLarge,
        text: chunked + "0\r\n" + String(repeating: "X: yyyyyyyyyyyyyyy\r\n", count: 50), hint: "1000 bytes"),
      Bad(name: "nothing", kind: .connectionLost, text: "", hint: "before it answered"),
      Bad(name: "a part of the status line", kind: .connectionLost, text: "HTTP/1.1 2", hint: "inside"),
      Bad(name: "a part of the head", kind: .connectionLost, text: "HTTP/1.1 200 OK\r\nX: 1\r\n", hint: "inside"),
      Bad(name: "an interim head alone", kind: .connectionLost, text: "HTTP/1.1 100 Go\r\n\r\n", hint: "inside"),
      Bad(name: "a part of a body", kind: .truncatedBody, text: length("7"), hint: "5 bytes"),
      Bad(name: "a part of a chunk", kind: .truncatedBody, text: chunked + "7\r\nhi", hint: "last chunk"),
      Bad(name: "no last chunk", kind: .truncatedBody, text: chunked + "2\r\nhi\r\n", hint: "last chunk"),
      Bad(name: "a trailer without end", kind: .truncatedBody, text: chunked + "0\r\nX: 1\r\n", hint: "last chunk"),
    ])
  func refuses(bad: Bad) {
    let fault = Self.read(bad.text).fault
    #expect(fault?.kind == bad.kind, "\(String(describing: fault))")
    #expect(fault?.text().contains(bad.hint) == true, "\(String(describing: fault))")
  }

  @Test("the words of a peer are cleaned before they are cut")
  func cleansWords() {
    let secret = String(repeating: "secret", count: 20)
    let fault = Self.read("HTTP/1.1 200 OK\r\nContent-Length: \(secret)\r\n\r\n").fault
    #expect(fault?.text { $0.replacing(secret, with: "-") }.hasSuffix(": \"-\"") == true)
  }

  @Test("whatever limit is asked for, a head is no longer than libcurl lets it be")
  func limitsHeads() {
    let line = "X: " + String(repeating: "x", count: 995) + "\r\n"
    let text = "HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 400)
    let fault = Self.read(bytes(text), by: 4096, headerLimit: 1 << 30).fault
    #expect(fault?.kind == .headerTooLarge)
    #expect(fault?.message.contains("307200") == true)
  }

  @Test("a head of more fields than any has is no trap")
  func limitsFields() {
    let fields = String(repeating: "a:\n", count: 65_535)
    let reading = Self.read(bytes("HTTP/1.1 200 OK\n\(fields)\n"), by: 4096, headerLimit: 1 << 20)
    #expect(reading.fault?.kind == .headerTooLarge)
  }

  @Test(
    "a connection is not kept behind a body where none may be",
    arguments: [("Content-Length: 0", true), ("Content-Length: 5", false), ("Transfer-Encoding: chunked", false)])
  func strayBody(field: String, keeps: Bool) {
    let reading = Self.read("HTTP/1.1 204 No Content\r\n\(field)\r\n\r\n")
    #expect(reading.isWhole && reading.body == [] && reading.keepsConnection == keeps)
  }

  @Test("counts what came: heads and trailer with their line ends, the body without its framing")
  func counts() throws {
    let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: 1\r\n\r\n"
    var reader = ResponseReader()
    var position = 0
    while try reader.next(in: bytes(text).span, at: &position) != nil {}
    #expect(reader.bodyBytes == 2)
    #expect(reader.headerBytes == 47 + 8)
    #expect(reader.statusLines == 1)
    #expect(reader.version == "HTTP/1.1")
  }

  @Test("hands the body out where it lies, one piece for each chunk")
  func handsOutInPlace() throws {
    let text = bytes(Self.chunked + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")
    var reader = ResponseReader()
    var position = 0
    var pieces: [String] = []
    while let part = try reader.next(in: text.span, at: &position) {
      if case .body(let range) = part { pieces.append(String(decoding: text[range], as: UTF8.self)) }
    }
    #expect(pieces == ["abc", "de"])
    #expect(position == text.count)
  }
}
