"""A small shop: two files and a spec over them."""

CUSTOMERS = """\
customer_id,customer_name,city
1,Ada Abbott,Oslo
2,Ben Brandt,Graz
3,Chloe Costa,
"""
ORDERS = """\
order_id,customer_id,ordered_on,status,amount
10,1,2024-01-05,completed,700.50
11,1,2024-01-09,completed,400.00
12,2,2024-02-01,cancelled,90.25
13,2,2024-02-03,completed,20.00
14,,2024-02-04,completed,5.00
"""
TOTALS = """\
name: customer_totals
prompt: Join customers and orders on customer_id, total amount per customer
sources: {customers: raw.shop.customers, orders: raw.shop.orders}
steps:
- {name: joined, join: {left: orders, right: customers, on: [customer_id]}}
- {name: totals, aggregate: {from: joined, by: [customer_id, customer_name], measures: {total_amount: sum(amount)}}}
- {name: sorted, sort: {by: [total_amount desc, customer_id], from: totals}}
target: {table: curated.sales.customer_totals, key: [customer_id]}
checks:
- {expect_column_values_to_be_unique: {column: customer_id}}
- {expect_column_values_to_not_be_null: {column: customer_id}}
"""
