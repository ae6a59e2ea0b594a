internal import NPUBase
internal import NPULoad
internal import NPUMetrics

extension ReportText {
  /// What is wrong with the responses, where somebody examined them.
  var qualitySections: [Section] {
    guard let quality = report.quality else { return [] }
    var sections = [
      Section(title: "Quality", body: .pairs(pairs(quality))),
      Section(title: "Kinds of wrong responses", body: .table(Self.table(quality))),
    ]
    let examples = AnomalyKind.allCases.flatMap { kind in
      (quality.kinds[kind]?.examples ?? []).prefix(3).map { example -> (String, TerminalStyle.Tone?) in
        let identity = example.requestID.map { " (\($0))" } ?? ""
        let instant = NumberText.fixed(example.offset, decimals: 3)
        return ("\(kind.rawValue): request \(example.index)\(identity) at \(instant) s: \(example.detail)", .bad)
      }
    }
    if !examples.isEmpty { sections.append(Section(title: "First wrong responses", body: .list(examples))) }
    let unlike = quality.aloneVersusLoad?.examples ?? []
    let differing = unlike.prefix(3).map { example -> (String, TerminalStyle.Tone?) in
      let identity = example.requestID.map { " (\($0))" } ?? ""
      let instant = NumberText.fixed(example.offset, decimals: 3)
      return ("request \(example.index)\(identity) at \(instant) s: \(example.detail)", nil)
    }
    if !differing.isEmpty {
      sections.append(Section(title: "First responses unlike those alone", body: .list(differing)))
    }
    return sections
  }

  private func pairs(_ quality: QualityFigures) -> [(name: String, value: String)] {
    let range = Self.range(quality.wrongLow, quality.wrongHigh)
    let wrong = "\(quality.wrong) (\(NumberText.percent(quality.wrongRate)), 95 % interval \(range))"
    let others = quality.unexamined.map { ", \($0) not: too many bytes of others waited" } ?? ""
    var pairs = [
      (name: "responses examined", value: "\(quality.answers)\(others)"),
      ("wrong", style.paint(wrong, quality.wrong > 0 ? .bad : nil)),
      ("right", "\(quality.right) (\(NumberText.fixed(quality.rightPerSecond)) req/s)"),
    ]
    if let count = quality.goodAndRight {
      pairs.append(("goodput of right ones", "\(NumberText.fixed(quality.goodAndRightPerSecond)) req/s (\(count))"))
    }
    if let canaries = quality.canaries {
      let undecided = canaries.undecided > 0 ? ", \(canaries.undecided) undecided" : ""
      pairs.append(
        (
          "canaries",
          "\(canaries.sent): \(canaries.right) right, \(canaries.wrong) wrong\(undecided); not in the latencies"
        ))
      pairs.append(("leaks between requests", "\(canaries.leaks)"))
    }
    if let alone = quality.aloneVersusLoad {
      let probability = NumberText.probability(alone.pValue)
      pairs.append(
        (
          "alone and under load",
          alone.reason.map { "not compared: \($0)" }
            ?? "\(alone.cases) requests: \(alone.worse) differ under load only, \(alone.better) alone only, "
            + (probability.hasPrefix("<") ? "p \(probability)" : "p = \(probability)")
        ))
      if let likeness = alone.likeness { pairs.append(("like those alone", Self.text(likeness))) }
    }
    return pairs
  }

  private static func text(_ likeness: QualityFigures.Likeness) -> String {
    let names = ["ssim": "SSIM", "log_mel_db": "log-mel distance", "wer": "WER"]
    let name = names[likeness.measure] ?? likeness.measure
    let unit = likeness.measure == "log_mel_db" ? " dB" : ""
    func number(_ value: Double?) -> String { NumberText.fixed(value, decimals: unit.isEmpty ? 4 : 2) + unit }
    return
      "\(likeness.compared - likeness.unlike) of \(likeness.compared); \(name) \(number(likeness.underLoad)) under load, "
      + "\(number(likeness.alone)) alone, worst \(number(likeness.worst))"
  }

  private static func table(_ quality: QualityFigures) -> ConsoleTable {
    var table = ConsoleTable(columns: [
      .init("kind", .left), .init("n"), .init("95 % interval"), .init("requests", .left),
    ])
    for kind in AnomalyKind.allCases {
      guard let figures = quality.kinds[kind] else { continue }
      let requests = figures.examples.prefix(5).map { "\($0.index)" }.joined(separator: " ")
      let more = figures.count > 5 ? " …" : ""
      table.rows.append([kind.rawValue, "\(figures.count)", range(figures.low, figures.high), requests + more])
    }
    return table
  }

  private static func range(_ low: Double?, _ high: Double?) -> String {
    guard let low, let high else { return NumberText.undefined }
    return "\(NumberText.fixed(low * 100, decimals: 3))–\(NumberText.fixed(high * 100, decimals: 3)) %"
  }
}
