internal import Foundation
import NPUMetrics

/// Several takes of one text by each of two voices, and whether the voices can be told apart.
///
/// A speech service that draws its speech anew each time differs from itself. So the difference between the voices is
/// measured against that between takes of one voice: of all ways to part the takes into two equal groups, the one by
/// voice must be the one that parts them best (a permutation test; with four takes each by chance 1 time in 35).
struct VoiceTakes {
  private let names: (String, String)
  private var first: [AudioClip] = []
  private var second: [AudioClip] = []

  /// How far two sounds must be apart on average to be told apart at all, in dB.
  static let leastDifference = 0.5

  init(_ first: String, _ second: String) { names = (first, second) }

  mutating func add(_ clip: AudioClip, isFirst: Bool) {
    if isFirst { first.append(clip) } else { second.append(clip) }
  }

  /// The finding for voices whose takes are all equal; nil if they are not.
  var exactFinding: Finding? {
    guard let one = first.first, let other = second.first, first.allSatisfy({ $0 == one }),
      second.allSatisfy({ $0 == other })
    else { return nil }
    guard one != other else { return .fail("\(shownNames) give the same \(one.samples.count) samples") }
    return .pass("\"\(names.0)\" takes \(one.seconds) s, \"\(names.1)\" \(other.seconds) s")
  }

  /// Compares the spectra of takes that vary.
  func finding() throws -> Finding {
    let takes = try (first + second).map { try VoiceSpectrum($0) }
    guard Set(takes.map(\.sampleRate)).count == 1 else {
      return .inconclusive("the takes of \(shownNames) have different sample rates, and are not compared")
    }
    let own = Array(first.indices)
    let differences = Self.splits(of: takes.count, own.count).map { (group: $0, value: Self.difference($0, of: takes)) }
    guard let byVoice = differences.first(where: { $0.group == own })?.value else {
      return .inconclusive("too few takes to compare")
    }
    let better = differences.count { $0.group != own && $0.value >= byVoice }
    let shown =
      "\(first.count) takes of each voice vary; between \(shownNames) the mean spectrum differs by "
      + "\(Self.shown(byVoice)) dB more than within each"
    if better == 0, byVoice >= Self.leastDifference { return .pass(shown) }
    if better * 4 >= differences.count || byVoice < Self.leastDifference {
      return .fail("\(shownNames) differ no more than takes of one voice do: \(shown)")
    }
    return .inconclusive("\(shown), but \(better) of \(differences.count) other ways to part the takes do as well")
  }

  private var shownNames: String { "\"\(names.0)\" and \"\(names.1)\"" }

  private static func shown(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }

  /// The mean distance between a group and the others, less that within each.
  private static func difference(_ group: [Int], of takes: [VoiceSpectrum]) -> Double {
    let members = Set(group)
    var (between, within): ([Double], [Double]) = ([], [])
    for left in takes.indices {
      for right in takes.indices.dropFirst(left + 1) {
        let distance = takes[left].distance(to: takes[right])
        if members.contains(left) == members.contains(right) {
          within.append(distance)
        } else {
          between.append(distance)
        }
      }
    }
    func mean(_ values: [Double]) -> Double { values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count) }
    return mean(between) - mean(within)
  }

  /// All groups of a size that have the first take in them.
  private static func splits(of count: Int, _ size: Int) -> [[Int]] {
    func choose(_ size: Int, from start: Int) -> [[Int]] {
      guard size > 0 else { return [[]] }
      guard start < count else { return [] }
      return choose(size - 1, from: start + 1).map { [start] + $0 } + choose(size, from: start + 1)
    }
    return choose(size - 1, from: 1).map { [0] + $0 }
  }
}

/// How loud a voice is in each band of pitch, on average over a take.
struct VoiceSpectrum: Sendable {
  var sampleRate: Int
  /// The mean power of each mel band in dB, at most 60 below the loudest.
  var levels: [Double]

  init(_ clip: AudioClip) throws {
    sampleRate = clip.sampleRate
    let spectrogram = try MelSpectrogram(clip, options: MelSpectrogram.Options(bands: 40))
    var power = [Double](repeating: 0, count: spectrogram.bands)
    for (index, value) in spectrogram.power.enumerated() { power[index % spectrogram.bands] += value }
    let floor = max(power.max() ?? 0, 1e-30) * 1e-6
    levels = power.map { 10 * log10(max($0, floor) / Double(spectrogram.frames)) }
  }

  /// The root of the mean square difference in dB.
  func distance(to other: VoiceSpectrum) -> Double {
    let sum = zip(levels, other.levels).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    return (sum / Double(max(1, levels.count))).squareRoot()
  }
}
