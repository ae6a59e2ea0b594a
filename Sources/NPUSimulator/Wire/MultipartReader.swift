#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Reads a `multipart/form-data` body as it arrives, in pieces of any length (RFC 2046, 5.1 and RFC 7578).
///
/// Memory is bounded: only the head of a part, or as many bytes as a delimiter has, wait for more.
struct MultipartReader: Sendable {
  /// What a piece completed.
  enum Event: Sendable, Hashable {
    case part(name: String, fileName: String?, contentType: String?)
    case data(ArraySlice<UInt8>)
    case endOfPart
  }

  /// The body breaks the format, or a part's head is too long.
  struct Malformed: Error {
    var reason: String
  }

  private enum State: Sendable {
    case preamble, afterDelimiter, head, data, epilogue
  }

  private static let headLimit = 8192

  private let delimiter: [UInt8]
  private var pending: [UInt8] = [0x0D, 0x0A]  // the first delimiter may stand at the very beginning
  private var state = State.preamble

  init(boundary: String) {
    delimiter = Array("\r\n--\(boundary)".utf8)
  }

  /// The boundary that a content type names; nothing if it is no form or names none.
  static func boundary(ofContentType type: String) -> String? {
    guard type.lowercased().hasPrefix("multipart/form-data") else { return nil }
    for parameter in type.split(separator: ";").dropFirst() {
      let pair = parameter.split(separator: "=", maxSplits: 1).map { $0.drop { $0 == " " } }
      guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
      let value = pair[1].filter { $0 != "\"" }
      return value.isEmpty || value.utf8.count > 200 ? nil : value
    }
    return nil
  }

  /// Whether the last delimiter has come.
  var isComplete: Bool { state == .epilogue }

  /// Takes the next bytes.
  mutating func feed(_ bytes: some Collection<UInt8>, _ event: (Event) -> Void) throws(Malformed) {
    pending += bytes
    var position = pending.startIndex
    defer { pending.removeFirst(position) }
    while true {
      switch state {
      case .epilogue:
        position = pending.endIndex
        return
      case .preamble, .data:
        let found = find(delimiter, from: position)
        // What may be the beginning of a delimiter waits.
        let end = found ?? max(position, pending.endIndex - delimiter.count + 1)
        if state == .data, end > position { event(.data(pending[position..<end])) }
        position = end
        guard found != nil else { return }
        if state == .data { event(.endOfPart) }
        position += delimiter.count
        state = .afterDelimiter
      case .afterDelimiter:
        guard pending.endIndex - position >= 2 else { return }
        let mark = (pending[position], pending[position + 1])
        if mark == (UInt8(ascii: "-"), UInt8(ascii: "-")) {
          state = .epilogue
        } else if mark == (0x0D, 0x0A) {
          state = .head
        } else {
          throw Malformed(reason: "a delimiter is followed by neither a line end nor two hyphens")
        }
        position += 2
      case .head:
        guard let end = find([0x0D, 0x0A, 0x0D, 0x0A], from: position) else {
          guard pending.endIndex - position <= Self.headLimit else {
            throw Malformed(reason: "the head of a part has more than \(Self.headLimit) bytes")
          }
          return
        }
        event(Self.part(String(decoding: pending[position..<end], as: UTF8.self)))
        position = end + 4
        state = .data
      }
    }
  }

  /// Where bytes stand from a place on; nothing if they do not.
  private func find(_ bytes: [UInt8], from start: Int) -> Int? {
    unsafe pending.withUnsafeBytes { buffer in
      var position = start
      while position + bytes.count <= buffer.count {
        guard let base = buffer.baseAddress else { return nil }
        // The first byte of all that is looked for is a rare one.
        let count = buffer.count - bytes.count + 1 - position
        guard let hit = unsafe memchr(base + position, 0x0D, count) else { return nil }
        position = unsafe base.distance(to: hit)
        if unsafe buffer[position..<position + bytes.count].elementsEqual(bytes) { return position }
        position += 1
      }
      return nil
    }
  }

  private static func part(_ head: String) -> Event {
    var name = ""
    var fileName: String?
    var contentType: String?
    for line in head.split(separator: "\r\n") {
      let pair = line.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { continue }
      let value = pair[1].drop { $0 == " " }
      switch pair[0].lowercased() {
      case "content-disposition":
        name = parameter("name", of: value) ?? ""
        fileName = parameter("filename", of: value)
      case "content-type": contentType = String(value)
      default: break
      }
    }
    return .part(name: name, fileName: fileName, contentType: contentType)
  }

  /// A quoted parameter; one that stands inside the name of another is not it.
  private static func parameter(_ name: String, of value: Substring) -> String? {
    guard let start = value.firstRange(of: "; \(name)=\"") else { return nil }
    return String(value[start.upperBound...].prefix { $0 != "\"" })
  }
}
