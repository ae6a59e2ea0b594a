import NPUTransport
import Testing

@testable import NPUWebSocket

@Suite("Frames put together to messages")
struct MessageAssemblerTests {
  private typealias Frame = MessageAssembler.Frame
  private typealias Event = MessageAssembler.Event

  private static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

  /// What the frames are, one after another, up to the first that is refused.
  private static func events(_ frames: [Frame], limit: Int = 1000) -> [Result<Event, WebSocketFault>] {
    var assembler = MessageAssembler(limit: limit)
    var events: [Result<Event, WebSocketFault>] = []
    for frame in frames {
      do throws(WebSocketFault) { events.append(.success(try assembler.take(frame))) } catch {
        return events + [.failure(error)]
      }
    }
    return events
  }

  @Test(
    "A text may be cut anywhere, within its characters too, and pings may stand between its parts", arguments: 1...8)
  func fragments(size: Int) throws {
    let text = #"{"token":"人工智能 😀"}"#
    let whole = Self.bytes(text)
    let parts = stride(from: 0, to: whole.count, by: size).map { Array(whole[$0..<min($0 + size, whole.count)]) }
    var frames: [Frame] = []
    for (index, part) in parts.enumerated() {
      frames.append(Frame(opcode: index == 0 ? 1 : 0, isFinal: index == parts.count - 1, payload: part))
      if index < parts.count - 1 { frames.append(Frame(opcode: 9, payload: [UInt8(index)])) }
    }
    let events = try Self.events(frames).map { try $0.get() }
    #expect(events.last == .message(.text, whole))
    #expect(events.count { $0 == .fragment } == parts.count - 1)
    #expect(events.contains(.ping([0])) == (parts.count > 1))
  }

  @Test("Each message begins anew: nothing of the one before stays")
  func several() throws {
    let frames = [
      Frame(opcode: 2, isFinal: false, payload: [0xFF]), Frame(opcode: 0, payload: [0xFE]),
      Frame(opcode: 1, payload: Self.bytes("a")), Frame(opcode: 1, payload: []), Frame(opcode: 0xA, payload: [1]),
      Frame(opcode: 8, payload: [0x03, 0xE8] + Self.bytes("bye")),
    ]
    let events = try Self.events(frames).map { try $0.get() }
    #expect(
      events == [
        .fragment, .message(.binary, [0xFF, 0xFE]), .message(.text, Self.bytes("a")), .message(.text, []), .pong,
        .close(WebSocketClose(code: 1000, reason: "bye")),
      ])
  }

  /// Frames that break the protocol, the code for which the connection is closed, and a word of the message.
  private static let faults: [([Frame], UInt16, String)] = [
    ([Frame(opcode: 1, hasReservedBits: true, payload: [])], 1002, "extension"),
    ([Frame(opcode: 1, isMasked: true, payload: [])], 1002, "masks"),
    ([Frame(opcode: 0, payload: [])], 1002, "never begun"),
    ([Frame(opcode: 1, isFinal: false, payload: []), Frame(opcode: 2, payload: [])], 1002, "inside another"),
    ([Frame(opcode: 3, payload: [])], 1002, "opcode 3"),
    ([Frame(opcode: 9, isFinal: false, payload: [])], 1002, "control frame"),
    ([Frame(opcode: 9, payload: [UInt8](repeating: 0, count: 126))], 1002, "control frame"),
    ([Frame(opcode: 8, payload: [3])], 1002, "half a code"),
    ([Frame(opcode: 8, payload: [0x03, 0xED])], 1002, "1005"),
    ([Frame(opcode: 8, payload: [0x00, 0x00])], 1002, "code 0"),
    ([Frame(opcode: 8, payload: [0x13, 0x88])], 1002, "5000"),
    ([Frame(opcode: 8, payload: [0x03, 0xE8, 0xFF])], 1007, "UTF-8"),
    ([Frame(opcode: 1, payload: [0x61, 0xFF])], 1007, "UTF-8"),
    ([Frame(opcode: 1, isFinal: false, payload: [0xE4, 0xBA]), Frame(opcode: 0, payload: [0x61])], 1007, "UTF-8"),
    ([Frame(opcode: 1, payload: [UInt8](repeating: 97, count: 11))], 1009, "10 bytes"),
    (
      [Frame(opcode: 2, isFinal: false, payload: [UInt8](repeating: 0, count: 10)), Frame(opcode: 0, payload: [0])],
      1009, "10 bytes"
    ),
  ]

  @Test("A frame that breaks the protocol is refused with the code that says so", arguments: faults.indices)
  func refused(index: Int) {
    let (frames, code, words) = Self.faults[index]
    guard case .failure(let fault) = Self.events(frames, limit: 10).last else {
      Issue.record("nothing was refused of \(frames)")
      return
    }
    #expect(fault.code == code)
    #expect(fault.kind == (code == 1009 ? .bodyTooLarge : .protocolViolation))
    #expect(fault.message.contains(words), "\(fault.message)")
  }

  @Test("A message of exactly the limit is taken")
  func limit() throws {
    let bytes = [UInt8](repeating: 97, count: 10)
    #expect(try Self.events([Frame(opcode: 1, payload: bytes)], limit: 10)[0].get() == .message(.text, bytes))
  }

  @Test("A close says what its code means", arguments: [1000, 1001, 1011, 4321])
  func meaning(code: Int) {
    let close = WebSocketClose(code: code, reason: "why")
    #expect(close.isClean == (code == 1000))
    #expect(close.description.contains("\(code)") && close.description.contains("\"why\""))
    #expect((close.meaning == nil) == (code == 4321))
  }
}
