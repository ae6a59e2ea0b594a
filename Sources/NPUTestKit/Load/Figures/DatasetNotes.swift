/// What a reader must know of the data set before trusting the numbers of a report.
struct DatasetNotes {
  let dataset: DatasetDescription?
  let prompts: PromptFigures?
  /// Requests, warm-up included.
  let sent: Int

  var lines: [String] { [entries, media].compactMap(\.self) }

  private var entries: String? {
    guard let dataset else { return nil }
    let repetition = prompts.flatMap { prompts in
      prompts.most > 1
        ? DatasetDescription.repetition(
          fewest: prompts.fewest, most: prompts.most, used: prompts.distinct, verb: "was") : nil
    }
    if let usability = dataset.usabilityText(with: repetition) { return usability + "." }
    guard let repetition, let prompts else { return nil }
    let subject = prompts.distinct == 1 ? repetition : "of \(prompts.distinct) different prompts \(repetition)"
    return subject.prefix(1).uppercased() + subject.dropFirst() + ": a service with a cache is spared work."
  }

  private var media: String? {
    guard let media = dataset?.media, let distinct = media.distinct, distinct < sent * media.perPrompt else {
      return nil
    }
    let what = distinct == 1 ? "One image or sound is" : "\(distinct) images and sounds are"
    return "\(what) sent again and again: a service that keeps what it made of one is spared work."
  }
}
