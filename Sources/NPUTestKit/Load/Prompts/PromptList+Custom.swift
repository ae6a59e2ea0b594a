extension PromptList {
  /// Reads prompts from a file with one of them on each line, or from one that is a JSON array of them.
  ///
  /// A line is one of these; empty lines are passed over:
  /// - an object with `prompt` (a text, an array of token ids or one of messages) or with `messages` (as in a chat
  ///   request, media included); `output_tokens` (as in vLLM's custom dataset), `max_completion_tokens` or `max_tokens`
  ///   asks for a length of the response, `image_files` and `audio_files` name files beside this one, or addresses, to
  ///   stand before a prompt of text; other keys are ignored;
  /// - a JSON string;
  /// - a JSON array of messages, or of token ids;
  /// - anything else that is not JSON and does not begin like it, which is the prompt as it stands.
  ///
  /// An element of an array is an object, a string or an array of these kinds. Whatever has another shape is refused,
  /// and never sent as text.
  ///
  /// - Parameters:
  ///   - path: The file, in UTF-8.
  ///   - limits: How much of it to keep.
  ///   - shuffleSeed: The seed of a shuffle; without one the prompts keep the order of the file.
  ///   - observe: Gets every byte of the file, such as for a digest; without it only as much is read as is kept.
  ///   - observeMedia: Gets every byte of the files that the entries name, each file once, in the order of the entries.
  /// - Returns: The prompts, without token counts.
  /// - Throws: ``PromptError`` with the number of the line or element.
  public static func jsonLines(
    path: String, limits: PromptFileLimits = PromptFileLimits(), shuffledBy shuffleSeed: UInt64? = nil,
    observing observe: ((borrowing [UInt8]) -> Void)? = nil, observingMedia observeMedia: (([UInt8]) -> Void)? = nil
  ) throws(PromptError) -> PromptList {
    var reader = try PromptFileReader(path: path, format: nil, limits: limits, observe: observe)
    var entries = PromptEntryReader(path: path, format: reader.format, limits: limits, observingMedia: observeMedia)
    var prompts: [Prompt] = []
    var places: [Int] = []
    var isCutOff = false
    reading: while let piece = try reader.next() {
      for entry in piece {
        guard let prompt = try entries.prompt(of: entry) else { continue }
        guard prompts.count < limits.prompts else {
          isCutOff = true
          break reading
        }
        prompts.append(prompt)
        places.append(entry.number)
      }
    }
    guard !prompts.isEmpty else {
      throw PromptError(kind: .noPrompts, message: "The file holds no prompt; write one on each line.", path: path)
    }
    try reader.drain()
    var dataset = DatasetDescription(
      name: "custom", path: path, entries: prompts.count, isCutOff: isCutOff || reader.isCutOff)
    if entries.mediaFiles.count > 0 { dataset.mediaFiles = [entries.mediaFiles] }
    return try PromptList(prompts, entries: places, shuffledBy: shuffleSeed, dataset: dataset)
  }
}
