internal import NPUBase

extension SimilarityJudgement {
  /// Why the verdict is what it is, with the numbers, and what to do where it is open.
  public var reason: String {
    switch basis {
    case .nothing: "No case could be compared; see the reasons of the cases."
    case .equal: "All \(cases) responses of the candidate equal those of the baseline. \(shown ?? Self.nothingShown)"
    case .band, .unknownSpread: bandReason
    case .spread: spreadReason
    }
  }

  private var bandReason: String {
    let noise: String
    if let spread {
      noise =
        spread.isDeterministic
        ? "The baseline repeats itself exactly, so \(scale.origin) decides"
        : "The baseline's own repeats stay within \(scale.origin) (median \(scale.text(spread.median))), which decides"
    } else {
      let known = repeated == 0 ? "no case" : "\(repeated) of \(cases) cases"
      noise =
        "The baseline has repeats to compare in \(known), so its own noise is not known, and \(scale.origin) decides"
    }
    let side = scale.isHigherBetter ? "below" : "above"
    let found =
      "\(noise): in \(bad) of \(cases) cases the \(scale.name) is \(side) \(scale.text(scale.limit, decimals: 2))"
    guard let share else { return found + "." }
    let interval = "\(Self.percent(share.interval.low)) to \(Self.percent(share.interval.high)) of all cases"
    let allowed = Self.percent(tolerance)
    switch verdict {
    case .same: return "\(found), which is true of \(interval); \(allowed) may be bad."
    case .worse: return "\(found), which is true of \(interval), more than the \(allowed) that may be bad."
    default:
      return "\(found), which may be true of \(interval); \(allowed) may be bad. \(advice(share.verdict == .worse))"
    }
  }

  private func advice(_ isTooMany: Bool) -> String {
    if basis == .unknownSpread, isTooMany {
      return "Repeat the baseline to tell its noise from a loss."
    }
    let needed = casesNeeded.map { "\($0) cases without a bad one would show that it is within the tolerance" }
    return [needed.map { $0 + "." }, shown].compactMap(\.self).joined(separator: " ")
  }

  /// What so many cases can show.
  private var shown: String? {
    minimumDetectableLoss.map {
      "\(cases) cases show a share of bad ones of \(Self.percent($0)) and more four times in five."
    }
  }

  private static let nothingShown = "So few cases show no share of bad ones, however large."

  private var spreadReason: String {
    guard let flips, let spread else { return "" }
    let side = scale.isHigherBetter ? "at least" : "at most"
    let band =
      "The baseline differs from itself (\(scale.name) \(scale.text(spread.median)) in the median), so what counts as "
      + "alike is \(side) \(scale.text(limit)), which its repeats keep in 19 of 20 cases"
    let counts =
      "in \(flips.flips.worse) cases the candidate is farther from the baseline than that and the repeat is not, in "
      + "\(flips.flips.better) it is the other way round (p = \(NumberText.fixed(flips.pValue, decimals: 4)))"
    var text = "\(band): \(counts); the loss is \(Self.percent(flips.loss.low)) to \(Self.percent(flips.loss.high))."
    if verdict == .undecided {
      if let loss = minimumDetectableLoss {
        text += " \(flips.flips.cases) cases show a loss of \(Self.percent(loss)) and more."
      }
      if let needed = casesNeeded { text += " \(needed) cases would show one of \(Self.percent(tolerance))." }
    }
    return text
  }

  private static func percent(_ share: Double) -> String { NumberText.fixed(share * 100, decimals: 1) + " %" }
}
