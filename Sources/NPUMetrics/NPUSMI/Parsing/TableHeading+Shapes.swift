extension TableHeading {
  /// The two headings of every known table, told apart by the shape of the rows alone.
  static let shapes: [(first: TableHeading, second: TableHeading)] = [
    (cards(hugepages: true), chips([.chip], hbm: true)),
    (cards(hugepages: true), chips([.chip, .physicalID], hbm: true)),
    (cards(hugepages: true), chips([.chip, .logicID], hbm: false)),
    (cards(hugepages: false), chips([.chip, .logicID], hbm: false)),
    (cards(hugepages: false), chips([.chip], hbm: true)),
    (
      TableHeading([[.npu], [.name], [.health], [.power, .temperature, .hugepages]]),
      TableHeading([[], [], [.busID], [.utilization, .memory, .hbm]])
    ),
  ]

  private static func cards(hugepages: Bool) -> TableHeading {
    TableHeading([[.npu, .name], [.health], [.power, .temperature] + (hugepages ? [.hugepages] : [])])
  }

  private static func chips(_ ids: [TableColumn], hbm: Bool) -> TableHeading {
    TableHeading([ids, [.busID], [.aiCore, .memory] + (hbm ? [.hbm] : [])])
  }
}
