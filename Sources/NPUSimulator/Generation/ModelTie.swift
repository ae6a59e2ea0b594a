/// A token that was nearly chosen in place of another.
struct Rival: Sendable, Hashable {
  var token: [UInt8]
  /// The chosen token's log-probability less this one's, in ten-thousandths.
  var margin: Int
}

/// A place of a drawn response at which the model hesitates between two tokens.
struct ModelTie: Sendable {
  /// The place, from 1.
  let place: Int
  private let margin: Int
  private var isTurned: Bool
  private let other: [UInt8]
  private var words: TextSource

  /// Draws the tie of a response; nothing for a response without one.
  ///
  /// - Parameters:
  ///   - perturbation: How often there is one, and what is done about it.
  ///   - seed: What decides the words of the response.
  ///   - count: How many tokens the response has.
  ///   - script: The script of its words.
  ///   - turnsByChance: Whether this request does the opposite.
  init?(_ perturbation: ModelPerturbation, seed: UInt64, among count: Int, script: Script, turnsByChance: Bool) {
    guard count > 1, SplitMix64.unit(SplitMix64.mix(seed, 0x7469_65)) < perturbation.turnRate else { return nil }
    var random = SplitMix64(seed: SplitMix64.mix(seed, 0x706C_6163_65))
    // Within the first half, and not so far that a response as long as the limit has none.
    place = 2 + random.index(below: min(max(1, count / 2), 65_536))
    margin = Int((perturbation.turnMargin * 10_000).rounded())
    isTurned = perturbation.turns != turnsByChance
    let followers = Vocabulary.of(script).followers
    other = followers[random.index(below: followers.count)]
    words = TextSource(script: script, seed: SplitMix64.mix(seed, 0x7475_726E), opensText: false)
  }

  /// Replaces a token where the response has turned.
  ///
  /// - Parameters:
  ///   - token: The token of the response that does not turn.
  ///   - position: Its place, from 1.
  /// - Returns: What was nearly chosen at the place of the tie.
  mutating func take(_ token: inout [UInt8], at position: Int) -> Rival? {
    guard position >= place else { return nil }
    if position == place {
      // Two words that happen to be one are no tie.
      guard token != other else {
        isTurned = false
        return nil
      }
      let rival = Rival(token: isTurned ? token : other, margin: margin)
      if isTurned { token = other }
      return rival
    }
    if isTurned { token = words.next() }
    return nil
  }
}

extension [Piece] {
  /// The tokens that were nearly chosen, by their place in a list that the pieces begin at a position of.
  func rivals(from start: Int) -> [Int: Rival] {
    var rivals: [Int: Rival] = [:]
    for (index, piece) in enumerated() {
      if let rival = piece.rival { rivals[start + index] = rival }
    }
    return rivals
  }
}
