internal import NPUBase

/// Tells a file that is one JSON array of prompts from one with a prompt on each line.
enum PromptFileFormat {
  /// The format, by the beginning of the file.
  ///
  /// A first line that is a whole array is one of many lines where more follows; alone it is one prompt if it is a
  /// conversation or token ids, and else an array of prompts. A line such as `[INST] What ...` is text.
  ///
  /// - Parameters:
  ///   - start: The beginning of the file.
  ///   - isWhole: Whether no more is to be had of it.
  /// - Returns: The format; `nil` if more must be read to tell.
  static func recognise(_ start: ArraySlice<UInt8>, isWhole: Bool) -> EntrySplitter.Format? {
    var start = start
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
    start = start.drop(while: isSpace)
    guard let first = start.first else { return isWhole ? .lines : nil }
    guard first == UInt8(ascii: "[") else { return .lines }
    let line = start.prefix { $0 != UInt8(ascii: "\n") }
    if line.endIndex == start.endIndex, !isWhole { return nil }
    if isJSON(line) {
      if start[line.endIndex...].contains(where: { !isSpace($0) }) { return .lines }
      guard isWhole else { return nil }
      return PromptEntry.isOnePrompt(line) ? .lines : .jsonArray
    }
    guard let second = line.dropFirst().first(where: { !isSpace($0) }) else { return .jsonArray }
    return opensValue(second) ? .jsonArray : .lines
  }

  /// Whether what follows a bracket makes it the beginning of JSON and not of a text.
  static func opensValue(_ byte: UInt8) -> Bool {
    "{\"[".utf8.contains(byte)
  }

  /// Whether the bytes are a part of an array of numbers, and no text.
  static func isOfNumbers(_ bytes: ArraySlice<UInt8>) -> Bool {
    bytes.allSatisfy { isSpace($0) || "[]0123456789,.+-eE".utf8.contains($0) }
  }

  /// Whether the bytes are one JSON value.
  static func isJSON(_ bytes: ArraySlice<UInt8>) -> Bool {
    do throws(JSONByteScanner.Failure) {
      try JSONByteScanner.scan(bytes) { (scanner) throws(JSONByteScanner.Failure) in try scanner.skipValue() }
      return true
    } catch {
      return false
    }
  }

  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }
}
