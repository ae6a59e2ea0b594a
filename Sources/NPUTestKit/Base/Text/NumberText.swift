/// Numbers as people read them, the same in every locale.
package enum NumberText {
  /// What stands for a figure that has no meaning.
  package static let undefined = "-"

  /// A number with a fixed count of decimals; `inf` for an infinity, a dash for NaN and `nil`.
  package static func fixed(_ number: Double?, decimals: Int = 2) -> String {
    guard let number, !number.isNaN else { return undefined }
    guard number.isFinite else { return number < 0 ? "-inf" : "inf" }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (number.magnitude * scale).rounded(.toNearestOrEven)
    // Beyond 2^53 there are no decimals left to show.
    guard scaled < 0x1p+53 else { return "\(number)" }
    let digits = String(Int64(scaled))
    let sign = number < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    return sign + padded.dropLast(decimals) + "." + padded.suffix(decimals)
  }

  /// A share as a percentage with two decimals.
  package static func percent(_ share: Double?) -> String {
    guard let share else { return undefined }
    return fixed(share * 100) + " %"
  }

  /// A p-value with four decimals; one that they do not show is below the least that they do, and never zero.
  package static func probability(_ probability: Double?) -> String {
    if let probability, probability >= 0, probability < 0.00005 { return "< 0.0001" }
    return fixed(probability, decimals: 4)
  }

  /// A percentile number without a needless fraction: `99`, `99.9`.
  package static func plain(_ number: Double) -> String {
    number == number.rounded() && number.magnitude < 1e15 ? String(Int64(number)) : "\(number)"
  }

  /// A duration in seconds from one second on, in milliseconds below, without needless digits.
  package static func plain(_ duration: Duration) -> String {
    duration < .seconds(1) ? "\(plain(duration.milliseconds)) ms" : "\(plain(duration.seconds)) s"
  }
}
