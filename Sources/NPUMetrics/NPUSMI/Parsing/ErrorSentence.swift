/// The sentences by which the tool says that it failed.
///
/// It prints them where the answer would be, on standard output.
enum ErrorSentence {
  private static let known: [(words: String, kind: NPUSMIError.Kind)] = [
    ("dcmi module initialize failed", .initializationFailed),
    ("because the device is used", .deviceInUse),
    ("dcmi model initialized failed", .initializationFailed),
    ("npu get board type failed", .boardTypeUnknown),
    ("Failed to execute npu-smi", .queryFailed),
    ("Failed to get card number", .queryFailed),
    ("Failed to query card total info", .queryFailed),
    ("Failed to query npu chip", .queryFailed),
    ("Failed to query \"", .queryFailed),
    ("Get pid name failed", .queryFailed),
    ("does not support querying", .unsupported),
    ("Invalid card id", .invalidArgument),
    ("Invalid chip id", .invalidArgument),
    ("Invalid phy id", .invalidArgument),
    ("Error parameter of -", .invalidArgument),
    ("This command must input ", .invalidArgument),
    ("cannot be executed on a VM or container", .notPermitted),
    ("Operation not permitted, only root user", .notPermitted),
    ("There is no NPU card on this server", .noCard),
    ("There is no NPU chip on this card", .noChip),
  ]

  private static let notFound = [
    "npu-smi: command not found", "npu-smi: not found", "command not found: npu-smi",
    "npu-smi: No such file or directory",
  ]

  /// The failure that a line speaks of; nil if it speaks of none.
  static func read(_ line: String) -> NPUSMIError? {
    let bytes = Array(line.utf8)
    if notFound.contains(where: { bytes.place(after: $0) != nil }) {
      return NPUSMIError(kind: .commandNotFound, code: 127, text: line)
    }
    guard let found = known.first(where: { bytes.place(after: $0.words) != nil }) else { return nil }
    return NPUSMIError(kind: found.kind, code: code(in: bytes), text: line)
  }

  /// The number after `ret is`; a number that lost digits stays what it says.
  private static func code(in bytes: [UInt8]) -> Int? {
    guard var place = bytes.place(after: "ret is ") else { return nil }
    while place < bytes.count, bytes[place].isLineBlank { place += 1 }
    var reader = DecimalReader()
    while place < bytes.count, bytes[place].isDecimalDigit || bytes[place] == UInt8(ascii: "-") {
      reader.take(bytes[place])
      place += 1
    }
    return reader.number.flatMap { Int(exactly: $0) }
  }
}

extension [UInt8] {
  /// The place after the first occurrence of a text; nil if there is none.
  func place(after text: String) -> Int? {
    let needle = Array(text.utf8)
    guard let first = needle.first, count >= needle.count else { return nil }
    for start in 0...(count - needle.count) where self[start] == first {
      if self[start..<start + needle.count].elementsEqual(needle) { return start + needle.count }
    }
    return nil
  }
}
