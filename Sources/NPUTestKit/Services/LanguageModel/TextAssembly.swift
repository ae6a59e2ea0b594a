/// How the pieces of a streamed text add up.
public enum StreamedText: Sendable, Hashable {
  /// Each piece continues the text, as in every server by default.
  case pieces
  /// Each piece repeats the text so far, as MindIE does with its setting `fullTextEnabled`.
  case cumulative
  /// Found out from the pieces.
  ///
  /// Taken for cumulative are streams in which each delta names its role, as only MindIE's do, and in which of at
  /// least three pieces each repeats the whole piece before it and more; and streams whose last chunk gives the
  /// full text, and it equals the last piece instead of the sum.
  case detect
}

/// Puts the pieces of one text together.
///
/// While all pieces may be repetitions only the last one and the lengths are kept: the sum can be made of those.
package struct TextAssembly: Sendable, Hashable {
  private let mode: StreamedText
  private var last = ""
  /// The length of each piece in UTF-8 while the pieces may be repetitions.
  private var lengths: [Int] = []
  private var growths = 0
  /// The sum, once the pieces are known not to be repetitions.
  private var sum: String?

  package init(_ mode: StreamedText) {
    self.mode = mode
    if mode == .pieces { sum = "" }
  }

  var isEmpty: Bool { (sum ?? last).isEmpty }

  package mutating func append(_ piece: String) {
    if sum != nil {
      sum?.append(piece)
    } else if mode == .cumulative {
      // An empty last chunk does not take the text back.
      if !piece.isEmpty { last = piece }
    } else if piece.isEmpty {
      return
    } else if piece.utf8.starts(with: last.utf8) {
      if piece.utf8.count > last.utf8.count, !lengths.isEmpty { growths += 1 }
      lengths.append(piece.utf8.count)
      last = piece
    } else {
      sum = joined() + piece
      lengths = []
      last = ""
    }
  }

  /// The text.
  ///
  /// - Parameters:
  ///   - mayRepeat: Whether the stream looks like MindIE's.
  ///   - fullText: The whole text in the server's own words, if it gave it.
  /// - Returns: The text as far as it has come.
  package func text(mayRepeat: Bool, fullText: String?) -> String {
    if let sum { return sum }
    if mode == .cumulative { return last }
    let joined = joined()
    if let fullText, !fullText.isEmpty, last != joined {
      if fullText == last { return last }
      if fullText == joined { return joined }
    }
    return mayRepeat && growths >= 2 ? last : joined
  }

  /// The sum of the pieces, each of which is a beginning of the last one.
  private func joined() -> String {
    guard lengths.count > 1 else { return last }
    var bytes: [UInt8] = []
    let whole = Array(last.utf8)
    for length in lengths { bytes += whole.prefix(length) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
