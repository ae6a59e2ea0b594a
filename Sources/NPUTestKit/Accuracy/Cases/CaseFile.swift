internal import NPUBase
internal import NPULoad

/// Reads cases from a file of JSON Lines.
///
/// A line is an object with `id` and with `prompt` or `messages`, in the forms of a custom file of prompts; and, as far
/// as they are known, `reference`, `keywords` and `pattern`, see ``CaseExpectation``, and `output_tokens`. Other keys
/// are ignored.
public enum CaseFile {
  /// Reads the cases of a file, in its order.
  ///
  /// - Throws: ``AccuracyError`` with the file and the line: no object, no id, an id that stands twice, no prompt, a
  ///   pattern that is no regular expression.
  public static func cases(_ path: String) throws(AccuracyError) -> [AccuracyCase] {
    let file = try JSONLines(path: path)
    var seen: [String: Int] = [:]
    var cases: [AccuracyCase] = []
    for line in file.lines {
      let id = try file.id(of: line, among: &seen)
      let pattern = try file.text("pattern", of: line)
      if let pattern, (try? Regex(pattern)) == nil {
        throw file.fault("the pattern \"\(Excerpt.of(pattern, limit: 100))\" is no regular expression", line)
      }
      let prompt: Prompt
      do throws(PromptError) { prompt = try Prompt(entry: line.bytes, line: line.number, of: path) } catch {
        throw file.fault(error.message, line)
      }
      cases.append(
        AccuracyCase(
          id: id, prompt: prompt,
          expectation: CaseExpectation(
            reference: try file.text("reference", of: line), keywords: try file.texts("keywords", of: line),
            pattern: pattern)))
    }
    return cases
  }
}
