extension [NPUCard] {
  /// Adds a chip to its card, which need not be the last; `places` remembers where each card is.
  mutating func add(_ chip: NPUChip, places: inout [Int: Int]) {
    if let last, last.npuID == chip.npuID {
      self[count - 1].chips.append(chip)
    } else if let place = places[chip.npuID] {
      self[place].chips.append(chip)
    } else {
      places[chip.npuID] = count
      append(NPUCard(npuID: chip.npuID, chips: [chip]))
    }
  }
}
