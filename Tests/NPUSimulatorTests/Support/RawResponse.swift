import Dispatch
import Foundation

/// A response as it came, and what HTTP makes of it.
struct RawResponse: Sendable {
  private(set) var bytes: [UInt8] = []
  /// When each read returned, in nanoseconds of the monotonic clock, and how many bytes there were then.
  private(set) var reads: [(time: UInt64, total: Int)] = []
  private(set) var end = ReadEnd.silent

  /// The length of the head with its empty line, once it is there.
  private var headEnd: Int?

  mutating func append(_ part: ArraySlice<UInt8>) {
    let fresh = max(0, bytes.count - 3)
    bytes += part
    // The rest of a response has no head: the search is given up after a mebibyte.
    if headEnd == nil, bytes.count >= fresh + 4, fresh < 1 << 20 {
      headEnd = (fresh...(bytes.count - 4)).first {
        bytes[$0] == 13 && bytes[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10])
      }
      .map { $0 + 4 }
    }
    reads.append((DispatchTime.now().uptimeNanoseconds, bytes.count))
  }

  func ended(_ end: ReadEnd) -> RawResponse {
    var copy = self
    copy.end = end
    return copy
  }

  /// The first bytes as text, whatever HTTP makes of them.
  func text(of count: Int) -> String { String(decoding: bytes.prefix(count), as: UTF8.self) }

  var head: String { String(decoding: bytes[..<(headEnd ?? bytes.count)], as: UTF8.self) }

  var status: Int? { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

  func header(_ name: String) -> String? {
    for line in head.components(separatedBy: "\r\n") {
      guard let colon = line.firstIndex(of: ":"), line[..<colon].lowercased() == name else { continue }
      return line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    }
    return nil
  }

  /// The body's HTTP chunks, or the one body of known length, and whether it is whole.
  var parts: (chunks: [[UInt8]], isWhole: Bool) {
    guard let start = headEnd else { return ([], false) }
    guard header("transfer-encoding") == "chunked" else {
      let length = header("content-length").flatMap { Int($0) }
      return ([Array(bytes[start...])], length.map { bytes.count - start >= $0 } ?? false)
    }
    var chunks: [[UInt8]] = []
    var position = start
    while let lineEnd = bytes[position...].firstIndex(of: 13) {
      guard let size = Int(String(decoding: bytes[position..<lineEnd], as: UTF8.self), radix: 16) else { break }
      if size == 0 { return (chunks, bytes.count >= lineEnd + 4) }
      let first = lineEnd + 2
      guard first + size + 2 <= bytes.count else {
        if first < bytes.count { chunks.append(Array(bytes[first..<min(bytes.count, first + size)])) }
        break
      }
      chunks.append(Array(bytes[first..<(first + size)]))
      position = first + size + 2
    }
    return (chunks, false)
  }

  var isComplete: Bool {
    guard headEnd != nil else { return false }
    // The end of a body cannot stand in most reads: look before parsing everything again.
    if header("transfer-encoding") == "chunked", !bytes.suffix(5).elementsEqual(Array("0\r\n\r\n".utf8)) {
      return false
    }
    return parts.isWhole
  }

  var body: [UInt8] { parts.chunks.flatMap { $0 } }
  var text: String { String(decoding: body, as: UTF8.self) }
  var json: JSON { JSON(text: text) }

  /// The data of each complete event; an unterminated rest is left out.
  var events: [String] {
    var blocks = text.components(separatedBy: "\n\n")
    blocks.removeLast()
    return blocks.map { $0.hasPrefix("data: ") ? String($0.dropFirst(6)) : $0 }
  }

  /// The JSON of each event but the end mark.
  var chunks: [JSON] { events.filter { $0 != "[DONE]" }.map { JSON(text: $0) } }

  /// What follows the last complete event.
  var tail: String { text.components(separatedBy: "\n\n").last ?? "" }

  /// All text of one member of the deltas, for one choice.
  func deltas(_ member: String, choice: Int = 0) -> String {
    chunks.compactMap { chunk -> String? in
      guard chunk["choices"][0]["index"].int == choice else { return nil }
      return chunk["choices"][0]["delta"][member].string
        ?? (member == "text" ? chunk["choices"][0]["text"].string : nil)
    }.joined()
  }
}

/// A value of a JSON document, read by Foundation and not by the code under test.
struct JSON: Sendable, CustomStringConvertible {
  private let data: Data

  init(text: String) {
    data = Data(text.utf8)
  }

  private init(value: Any) {
    data = (try? JSONSerialization.data(withJSONObject: value, options: .fragmentsAllowed)) ?? Data()
  }

  private var value: Any? { try? JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed) }

  subscript(key: String) -> JSON {
    ((value as? [String: Any])?[key]).map { JSON(value: $0) } ?? JSON(text: "")
  }

  subscript(index: Int) -> JSON {
    guard let list = value as? [Any], list.indices.contains(index) else { return JSON(text: "") }
    return JSON(value: list[index])
  }

  var exists: Bool { value != nil }
  var isNull: Bool { value is NSNull }
  var string: String? { value as? String }
  var int: Int? { (value as? NSNumber)?.intValue }
  var double: Double? { (value as? NSNumber)?.doubleValue }
  var keys: Set<String> { Set((value as? [String: Any])?.keys.map { $0 } ?? []) }
  var array: [JSON] { (value as? [Any])?.map { JSON(value: $0) } ?? [] }
  var description: String { String(decoding: data, as: UTF8.self) }
}
