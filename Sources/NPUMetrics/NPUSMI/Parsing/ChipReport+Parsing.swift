extension ChipReport {
  /// The most bytes of an output that are read.
  package static let sizeLimit = 16 << 20
  /// The most lines of a table or of an answer that are read; headings count.
  package static let rowLimit = 100_000

  /// Reads what npu-smi printed: any of its `info` commands, in every known layout, or `-v`.
  ///
  /// Tables are read by the words of their headings and never by the place of a column. Rows that are cut, shifted or
  /// re-drawn are left out and named in ``diagnostics``; a table without one complete device row is an error. Time and
  /// memory grow linearly with the text.
  ///
  /// - Parameter output: The standard output, with or without prompts, logs and other text around it.
  /// - Throws: ``NPUSMIError`` if the tool reports a failure, and if nothing of its output is understood.
  public init(parsing output: Span<UInt8>) throws(NPUSMIError) {
    guard output.count <= Self.sizeLimit else {
      throw NPUSMIError(
        kind: .tooLarge, text: "The output has \(output.count) bytes; at most \(Self.sizeLimit) are read.")
    }
    var reader = OutputReader()
    reader.read(output)
    self = try reader.report(of: output)
  }

  /// Reads what npu-smi printed, as text.
  ///
  /// - Parameter output: The standard output, with or without prompts, logs and other text around it.
  /// - Throws: ``NPUSMIError`` if the tool reports a failure, and if nothing of its output is understood.
  public init(parsing output: String) throws(NPUSMIError) {
    self = try ChipReport(parsing: Array(output.utf8))
  }

  /// Reads what npu-smi printed, as an array of bytes.
  ///
  /// - Parameter output: The standard output, with or without prompts, logs and other text around it.
  /// - Throws: ``NPUSMIError`` if the tool reports a failure, and if nothing of its output is understood.
  public init(parsing output: [UInt8]) throws(NPUSMIError) {
    self = try ChipReport(parsing: output.span)
  }
}
