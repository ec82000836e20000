"""Contracts at work: a plan that would break one, or a reader of its table, is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from datamorph.core.checks import Check, CheckResult
from datamorph.core.contract import Contract, Reader, broken_readers, named_readers, pipeline_readers
from datamorph.core.problem import told
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import SchemaChange, TableRef, TableSchema, snake_case
from datamorph.errors import ContractError, DataMorphError, NotFoundError, SpecError
from datamorph.platform.auditing import open_auditor
from datamorph.platform.ports import Ports


@dataclass(frozen=True, slots=True)
class ContractState:
    """A contract and whether it holds today.

    Attributes:
        breaches: promised columns that are gone or have another type.
        results: its checks on the published rows.
        readers: who reads the table.
        problem: why it could not be judged; empty in general.
    """

    contract: Contract
    breaches: tuple[str, ...] = ()
    results: tuple[CheckResult, ...] = ()
    readers: tuple[Reader, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """True when everything that was promised is so."""
        return not (self.breaches or self.problem or any(result.blocks for result in self.results))


def require_kept(
    ports: Ports, table: TableRef, schema: TableSchema, change: SchemaChange | None,
    tables: Mapping[TableRef, TableSchema],
) -> tuple[Check, ...]:  # fmt: skip
    """Refuse a plan whose table would break its contract or its readers; else what the contract adds to its checks.

    Args:
        schema: columns that the table would have.
        change: what that does to the table as it is.

    Raises:
        ContractError: with every reader that would break, and its columns.
    """
    contract = ports.contracts.load(table)
    breach = contract.breaches(schema) if contract else None
    lost = [*(change.removed if change else ()), *(change.retyped if change else ())]
    lost += [name for name in (*breach.removed, *breach.retyped) if name not in lost] if breach else []
    if lost:
        _refuse_loss(ports, table, contract, lost, tables)
    if contract is None:
        return ()
    if problems := contract.problems(schema, tables):
        lines = "\n  ".join(told(problems))
        fix = f"correct contracts/{table}.yaml, or keep what it asks for"
        raise ContractError(f"the contract of {table} cannot be checked:\n  {lines}", fix=fix)
    return contract.all_checks


def _refuse_loss(
    ports: Ports, table: TableRef, contract: Contract | None, lost: list[str], tables: Mapping[TableRef, TableSchema]
) -> None:
    broken = broken_readers([*pipeline_readers(table, _specs(ports), tables), *named_readers(contract)], lost)
    promised = {name.casefold() for name in contract.columns} if contract else set[str]()
    breach = [name for name in lost if name.casefold() in promised]
    if not broken and not breach:
        return
    owner = f" (owner: {contract.owner})" if contract else ""
    lines = [f"contract of {table}{owner} promises {', '.join(breach)}"] if breach else []
    text = "\n  ".join([*lines, *map(str, broken)])
    ways = [f"agree with {contract.owner} and take them out of contracts/{table}.yaml"] if contract and breach else []
    ways += ["change those who read them first"] if broken else []
    raise ContractError(
        f"{table} would lose or retype {', '.join(lost)}:\n  {text}",
        fix=f"keep these columns; or {', and '.join(ways)} (--approve does not break a promise)",
    )


def contract_states(ports: Ports) -> Iterator[ContractState]:
    """Every contract, judged on the tables of today."""
    catalog = {table.ref: table.schema for table in ports.lake.catalog().tables}
    specs = list(_specs(ports))
    for table in ports.contracts.tables():
        contract = ports.contracts.load(table)
        if contract is not None:
            yield _state(ports, contract, catalog, specs)


def _state(
    ports: Ports, contract: Contract, catalog: Mapping[TableRef, TableSchema], specs: list[PipelineSpec]
) -> ContractState:
    table = contract.table
    readers = (*pipeline_readers(table, specs, catalog), *named_readers(contract))
    if table not in catalog:
        return ContractState(contract, readers=readers, problem="the table is not published yet")
    breach = contract.breaches(catalog[table])
    breaches = (*breach.removed, *breach.retyped)
    if problems := contract.problems(catalog[table], catalog):
        return ContractState(contract, breaches, readers=readers, problem="; ".join(told(problems)))
    pinned = ports.lake.pin(table)
    auditor = open_auditor(ports, contract.all_checks, pinned.schema, table, is_published=True)
    try:
        results = tuple(auditor.audit(contract.all_checks, pinned.files))
    except DataMorphError as error:
        return ContractState(contract, breaches, readers=readers, problem=error.problem)
    return ContractState(contract, breaches, results, readers)


def demanded_checks(ports: Ports, table: TableRef) -> tuple[Check, ...]:
    """Checks of a table's contract; none where it has none, or it cannot be read."""
    try:
        contract = ports.contracts.load(table)
    except SpecError:
        return ()
    return contract.all_checks if contract else ()


def unreadable_contracts(ports: Ports) -> Mapping[str, str]:
    """Contracts that no run could keep because they cannot be read: a name for each, and why."""
    try:
        tables = ports.contracts.tables()
    except DataMorphError as error:  # a file that is named after no table
        return {"contracts": str(error)}
    found = dict[str, str]()
    for table in tables:
        try:
            ports.contracts.load(table)
        except DataMorphError as error:
            found[f"contract_of_{snake_case(str(table))}"] = str(error)
    return found


def _specs(ports: Ports) -> Iterator[PipelineSpec]:
    """Specs of all pipelines that can be read."""
    for name in ports.pipelines.names():
        try:
            yield ports.pipelines.load(name).spec
        except DataMorphError:
            continue


def readers_of(ports: Ports, table: TableRef) -> tuple[Reader, ...]:
    """Who reads a table.

    Raises:
        NotFoundError: no such table.
    """
    catalog = {found.ref: found.schema for found in ports.lake.catalog().tables}
    if table not in catalog:
        raise NotFoundError(f"there is no table {str(table)!r}", fix="list the tables: datamorph tables")
    return (*pipeline_readers(table, _specs(ports), catalog), *named_readers(ports.contracts.load(table)))
