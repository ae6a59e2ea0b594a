/// Why an output of npu-smi holds no report: the tool said so, or the text is not one that it prints.
public struct NPUSMIError: Error, Sendable, Hashable, Codable {
  /// The cause, for decisions and for grouping.
  @nonexhaustive
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// The driver could not be reached: not loaded, no device node, no permission, a sandbox, no restart after an
    /// update.
    case initializationFailed = "initialization_failed"
    /// The device is held by another container.
    case deviceInUse = "device_in_use"
    /// The driver answers, but the kind of board is unknown.
    case boardTypeUnknown = "board_type_unknown"
    /// A query failed.
    case queryFailed = "query_failed"
    /// The device does not know the query.
    case unsupported
    /// The card, chip or physical number does not exist, or an option is missing or wrong.
    case invalidArgument = "invalid_argument"
    /// The query needs root or a physical machine.
    case notPermitted = "not_permitted"
    /// The server has no NPU card.
    case noCard = "no_card"
    /// The card has no NPU chip.
    case noChip = "no_chip"
    /// The shell did not find the tool.
    case commandNotFound = "command_not_found"
    /// There is a table, but no complete row of a device in it.
    case noDeviceRow = "no_device_row"
    /// The text is not an output of the tool.
    case unrecognized
    /// There is no text.
    case empty
    /// The text is longer than is read.
    case tooLarge = "too_large"
  }

  /// The cause.
  public var kind: Kind
  /// The code that the tool printed, such as -8005, or 127 for a tool that the shell did not find; nil without a code.
  ///
  /// A number that was cut short stays what it says.
  public var code: Int?
  /// The sentence of the tool, or the text that was not understood, shortened.
  public var text: String
  /// Lines that were skipped before the sentence was found: logs of the driver, prompts; at most eight.
  public var skippedLines: [String]
  /// What was found wrong in the text.
  public var diagnostics: [NPUSMIDiagnostic]

  /// Creates an error.
  public init(
    kind: Kind, code: Int? = nil, text: String, skippedLines: [String] = [], diagnostics: [NPUSMIDiagnostic] = []
  ) {
    self.kind = kind
    self.code = code
    self.text = text
    self.skippedLines = skippedLines
    self.diagnostics = diagnostics
  }

  /// The cause alone, from a bounded set: the key by which reports group failures.
  public var shortDescription: String { kind.rawValue }
}

extension NPUSMIError: CustomStringConvertible {
  /// The text, what its code means, and the cause; of a text that is not the tool's only the beginning.
  ///
  /// Control characters are escaped, so that a terminal does nothing but show them.
  public var description: String {
    let meaning = code.map { code in
      NPUSMICode(rawValue: code).meaning.map { " (code \(code): \($0))" } ?? " (code \(code))"
    }
    let text = self.text.withEscapedControls
    switch kind {
    case .unrecognized:
      return "this is no output of npu-smi that is known; it begins with '\(text.prefix(200))' [\(shortDescription)]"
    case .noDeviceRow:
      return "npu-smi: no complete row of a device in what begins with '\(text.prefix(200))' [\(shortDescription)]"
    default: return "npu-smi: \(text)\(meaning ?? "") [\(shortDescription)]"
    }
  }
}
