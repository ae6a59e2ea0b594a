/// One line of a `-t` query: a key and its value, the continuation of a value, or a process.
enum KeyValueLine {
  /// A key and its value, and how far the colon stands from the beginning of the key.
  case value(ChipValue, distance: Int)
  /// A further text of the value above: its key is blank.
  case continuation(String)
  /// A process, with its name and memory behind it on the same line.
  case process(ChipProcess)
  /// No process uses the device.
  case noProcess

  private static let keyLimit = 64

  /// Reads a line without the blanks around it; nil if it is none of these.
  init?(_ line: String) {
    if line.hasPrefix("Process id:") || line.hasPrefix("Process id :") {
      guard let process = Self.process(line) else { return nil }
      self = .process(process)
      return
    }
    if line == "No process in device." {
      self = .noProcess
      return
    }
    let bytes = line.utf8
    if bytes.first == UInt8(ascii: ":") {
      self = .continuation(Self.trimmed(line.dropFirst()))
      return
    }
    // Keys are padded with blanks, and hold none before a colon of their own; values do hold colons.
    var before: UInt8 = 0
    var colon = bytes.startIndex
    while colon < bytes.endIndex, !(bytes[colon] == UInt8(ascii: ":") && before.isLineBlank) {
      before = bytes[colon]
      colon = bytes.index(after: colon)
    }
    guard colon < bytes.endIndex, bytes.first?.isASCIILetter == true || bytes.first?.isDecimalDigit == true else {
      return nil
    }
    let key = Self.trimmed(line[..<colon])
    guard key.utf8.count <= Self.keyLimit else { return nil }
    self = .value(
      ChipValue(key: key, text: Self.trimmed(line[colon...].dropFirst())),
      distance: bytes.distance(from: bytes.startIndex, to: colon))
  }

  /// Reads `Process id:N Process name:NAME Process memory(MB):N`, whose name may be empty or hold blanks.
  private static func process(_ line: String) -> ChipProcess? {
    let bytes = Array(line.utf8)
    guard let idEnd = bytes.place(after: "Process id"), let name = bytes.place(after: "Process name"),
      let memory = bytes.place(after: "Process memory(MB)"), idEnd < name, name < memory
    else { return nil }
    let id = Self.afterColon(bytes[idEnd..<name - "Process name".utf8.count])
    let memoryText = Self.afterColon(bytes[memory...])
    guard let processID = id.decimalCount, let megabytes = memoryText.decimalCount else { return nil }
    let nameText = Self.afterColon(bytes[name..<memory - "Process memory(MB)".utf8.count])
    return ChipProcess(
      npuID: nil, chipID: nil, processID: processID, name: nameText.isEmpty || nameText == "NA" ? nil : nameText,
      memoryBytes: ChipMemory(usedMegabytes: megabytes, totalMegabytes: nil).usedBytes)
  }

  private static func afterColon(_ bytes: ArraySlice<UInt8>) -> String {
    let text = Self.trimmed(Substring(String(decoding: bytes, as: UTF8.self)))
    return text.first == ":" ? Self.trimmed(text.dropFirst()) : text
  }

  private static func trimmed(_ text: Substring) -> String {
    guard let first = text.firstIndex(where: { !$0.isWhitespace }),
      let last = text.lastIndex(where: { !$0.isWhitespace })
    else { return "" }
    return String(text[first...last])
  }
}
