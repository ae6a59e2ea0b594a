extension Prompt {
  /// Reads the prompt of an object that stands on a line of a file, in the forms of a custom file of prompts.
  ///
  /// - Parameters:
  ///   - bytes: The object in JSON; keys that are no part of a prompt are ignored.
  ///   - line: The number of the line, from 1.
  ///   - path: The file; media that the object names lie beside it.
  /// - Throws: ``PromptError`` with the number of the line.
  package init(entry bytes: [UInt8], line: Int, of path: String) throws(PromptError) {
    var reader = PromptEntryReader(path: path, format: .lines, limits: PromptFileLimits())
    guard let prompt = try reader.prompt(of: .init(number: line, bytes: bytes)) else {
      throw PromptError(kind: .malformedEntry, message: "The line is empty.", path: path, entry: line)
    }
    self = prompt
  }
}
