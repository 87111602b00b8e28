import {
  OperationNodeTransformer,
  RawNode,
  type ColumnDefinitionNode,
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
} from 'kysely';

/**
 * Column types as SQLite has them. Text is compared byte by byte, whatever the language of the database: cursors, and lists sorted in
 * memory, rely on one order. `real` has 64 bits.
 */
const TYPES: Readonly<Record<string, string>> = { text: 'text collate "C"', real: 'double precision' };

class ColumnTypes extends OperationNodeTransformer {
  protected override transformColumnDefinition(node: ColumnDefinitionNode): ColumnDefinitionNode {
    const { dataType } = super.transformColumnDefinition(node) as ColumnDefinitionNode & {
      dataType: { dataType?: unknown };
    };
    const type = TYPES[String(dataType.dataType)];
    return type === undefined ? node : { ...node, dataType: RawNode.createWithSql(type) };
  }
}

/** Makes the tables of the projections, which name the types of SQLite, behave alike on PostgreSQL. */
export class ColumnsAsInSqlite implements KyselyPlugin {
  private readonly types = new ColumnTypes();

  transformQuery = ({ node, queryId }: PluginTransformQueryArgs) => this.types.transformNode(node, queryId);
  transformResult = async ({ result }: PluginTransformResultArgs) => result;
}
