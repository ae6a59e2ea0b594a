/// Reads subtitles, as services write them when asked for SubRip or WebVTT.
///
/// A cue is a line with two times and an arrow, and the lines after it up to a blank one. Everything else, numbers,
/// headers, notes and styles, is passed over. Times are `hh:mm:ss,mmm` or `[hh:]mm:ss.mmm`.
enum SubtitleCues {
  static func read(_ text: String) -> [Transcription.Segment] {
    var segments: [Transcription.Segment] = []
    var open: Transcription.Segment?
    for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
      if let (start, end) = times(line) {
        if let open { segments.append(open) }
        open = Transcription.Segment(start: start, end: end, text: "")
      } else if line.allSatisfy(\.isWhitespace) {
        if let open { segments.append(open) }
        open = nil
      } else if let text = open?.text {
        open?.text = text.isEmpty ? String(line) : text + "\n" + line
      }
    }
    if let open { segments.append(open) }
    return segments
  }

  private static func times(_ line: Substring) -> (Double, Double)? {
    guard let arrow = line.firstRange(of: "-->") else { return nil }
    // Settings of WebVTT follow the second time.
    let after = line[arrow.upperBound...].split(separator: " ").first ?? ""
    guard let start = seconds(line[..<arrow.lowerBound].filter { $0 != " " }), let end = seconds(String(after)) else {
      return nil
    }
    return (start, end)
  }

  private static func seconds(_ time: String) -> Double? {
    let parts = time.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(parts.count) else { return nil }
    var total = 0.0
    for part in parts.dropLast() {
      guard let value = Int(part), value >= 0 else { return nil }
      total = total * 60 + Double(value)
    }
    guard let last = parts.last, let value = Double(last.replacing(",", with: ".")), value >= 0, value.isFinite else {
      return nil
    }
    return total * 60 + value
  }
}
